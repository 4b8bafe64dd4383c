dnl SPDX-License-Identifier: GPL-2.0-or-later
dnl frr-bpf.m4 - the checks of configure.ac.
dnl
dnl What is missing is collected and reported once, each with its Debian
dnl package, rather than one at a time.

dnl FRR_BPF_MISSING(WHAT, DEBIAN-PACKAGE)
AC_DEFUN([FRR_BPF_MISSING],
[AS_VAR_APPEND([frr_bpf_missing], ["
    $1 (Debian package $2)"])
AS_VAR_APPEND([frr_bpf_missing_packages], [" $2"])])

AC_DEFUN([FRR_BPF_MISSING_REPORT],
[AS_IF([test -n "$frr_bpf_missing"],
       [AC_MSG_ERROR([missing:$frr_bpf_missing
  All of them: apt-get install$frr_bpf_missing_packages
  or run build-aux/install-deps as root.])])])

dnl FRR_BPF_LIBRARY(VARIABLE-PREFIX, PKG-CONFIG-SPEC, DEBIAN-PACKAGE)
AC_DEFUN([FRR_BPF_LIBRARY],
[AC_REQUIRE([PKG_PROG_PKG_CONFIG])
PKG_CHECK_MODULES([$1], [$2], [], [FRR_BPF_MISSING([$2], [$3])])])

dnl The headers: pkg-config's frr, else a directory made by build-aux/frr-source.
dnl Sets FRR_CPPFLAGS, moduledir, FRR_SOURCE_DIR (empty with pkg-config). FRR's
dnl headers are system headers here, so that our warnings are about our code.
AC_DEFUN([FRR_BPF_FRR],
[AC_REQUIRE([PKG_PROG_PKG_CONFIG])
AC_ARG_WITH([frr-source],
  [AS_HELP_STRING([--with-frr-source=DIR],
    [FRR's headers, as prepared by build-aux/frr-source @<:@.frr-source@:>@])])
AC_ARG_WITH([moduledir],
  [AS_HELP_STRING([--with-moduledir=DIR], [FRR's module directory])])
AC_MSG_CHECKING([for FRR's headers])
FRR_SOURCE_DIR=
frr_pc_moduledir=
AS_IF([test -z "$with_frr_source" && $PKG_CONFIG --exists frr],
  [FRR_BPF_FRR_FROM_PKG_CONFIG],
  [FRR_BPF_FRR_FROM_SOURCE])
AC_MSG_RESULT([$FRR_DESCRIPTION])
dnl FRR gives no number to compare with: 8.4.4 is 804 here, 10.7.1 is 1007.
frr_major=`expr "X$frr_release" : 'X\([[0-9]][[0-9]]*\)\.[[0-9]]'`
frr_minor=`expr "X$frr_release" : 'X[[0-9]][[0-9]]*\.\([[0-9]][[0-9]]*\)'`
AS_IF([test -z "$frr_major"],
      [AC_MSG_ERROR([FRR's release "$frr_release" is not MAJOR.MINOR])])
AS_VAR_ARITH([frr_number], [100 \* $frr_major + $frr_minor])
AS_VAR_APPEND([FRR_CPPFLAGS], [" -DFRR_RELEASE=$frr_number"])
AC_SUBST([FRR_CPPFLAGS])
AC_SUBST([FRR_SOURCE_DIR])
AM_CONDITIONAL([FRR_FROM_SOURCE], [test -n "$FRR_SOURCE_DIR"])
AC_MSG_CHECKING([for FRR's module directory])
AS_IF([test -n "$with_moduledir"], [moduledir=$with_moduledir],
      [test -n "$frr_pc_moduledir"], [moduledir=$frr_pc_moduledir],
      [frr_multiarch=`$CC -print-multiarch 2>/dev/null`
       moduledir=/usr/lib${frr_multiarch:+/$frr_multiarch}/frr/modules])
AC_MSG_RESULT([$moduledir])
AC_SUBST([moduledir])])

dnl frr.pc of 10.7.1 leaves out what decides the layout of struct zebra_ns. There
dnl is no config.h in it, which our own HAVE_CONFIG_H would ask for.
AC_DEFUN([FRR_BPF_FRR_FROM_PKG_CONFIG],
[frr_cflags=`$PKG_CONFIG --cflags frr | sed 's/-I */-isystem /g'`
FRR_CPPFLAGS="-UHAVE_CONFIG_H -D_GNU_SOURCE -DHAVE_NETLINK=1 -DGNU_LINUX=1 -DHAVE_NETNS=1 -fms-extensions $frr_cflags"
frr_pc_moduledir=`$PKG_CONFIG --variable=moduledir frr`
frr_release=`$PKG_CONFIG --modversion frr`
FRR_DESCRIPTION="$frr_release (pkg-config)"])

AC_DEFUN([FRR_BPF_FRR_FROM_SOURCE],
[frr_dir=${with_frr_source:-$srcdir/.frr-source}
AS_IF([test -f "$frr_dir/build/lib/route_types.h" && test -f "$frr_dir/src/zebra/zebra_dplane.h"], [],
  [AC_MSG_RESULT([no])
   AC_MSG_ERROR([FRR's headers not found: pkg-config does not know "frr", and they are not in $frr_dir.
  Prepare them from Debian's source package of the installed frr:
    build-aux/frr-source DIR
    ./configure --with-frr-source=DIR])])
FRR_SOURCE_DIR=`cd "$frr_dir" && pwd`
FRR_CPPFLAGS="-DHAVE_CONFIG_H -D_GNU_SOURCE -fms-extensions"
for frr_include in build build/lib src src/lib; do
  AS_VAR_APPEND([FRR_CPPFLAGS], [" -isystem $FRR_SOURCE_DIR/$frr_include"])
done
frr_release=`sed -n 's/^@%:@define FRR_VER_SHORT *"\(.*\)"/\1/p' "$FRR_SOURCE_DIR/build/lib/version.h"`
FRR_DESCRIPTION="$frr_release ($FRR_SOURCE_DIR)"])

dnl clang with the BPF target, llvm-strip, bpftool. BPF_CLANG, LLVM_STRIP,
dnl BPFTOOL and BPF_CFLAGS can be given by the user.
AC_DEFUN([FRR_BPF_BPF_TOOLS],
[AC_ARG_VAR([BPF_CLANG], [clang for the BPF object])
AC_ARG_VAR([BPF_CFLAGS], [flags for the BPF object @<:@-O2 -g@:>@])
frr_path=$PATH:/usr/sbin:/sbin
AC_PATH_PROG([BPF_CLANG], [clang], [], [$frr_path])
AC_PATH_PROGS([LLVM_STRIP], [llvm-strip llvm-strip-14], [], [$frr_path])
AC_PATH_PROG([BPFTOOL], [bpftool], [], [$frr_path])
AS_IF([test -z "$BPFTOOL"], [FRR_BPF_MISSING([bpftool], [bpftool])])
AS_IF([test -z "$LLVM_STRIP"], [FRR_BPF_MISSING([llvm-strip], [llvm])])
dnl <asm/types.h> lies in the multiarch directory, which -target bpf forgets.
frr_multiarch=`$CC -print-multiarch 2>/dev/null`
BPF_CPPFLAGS=${frr_multiarch:+"-idirafter /usr/include/$frr_multiarch"}
AC_SUBST([BPF_CPPFLAGS])
: ${BPF_CFLAGS="-O2 -g"}
AS_IF([test -z "$BPF_CLANG"], [FRR_BPF_MISSING([clang], [clang])],
  [AC_MSG_CHECKING([whether $BPF_CLANG compiles for BPF])
   AS_IF([echo '@%:@include <linux/bpf.h>' |
	  "$BPF_CLANG" -target bpf $BPF_CPPFLAGS -O2 -x c -c -o conftest.bpf.o - >&AS_MESSAGE_LOG_FD 2>&1],
     [AC_MSG_RESULT([yes])],
     [AC_MSG_RESULT([no])
      FRR_BPF_MISSING([clang with the BPF target and linux/bpf.h], [clang linux-libc-dev])])
   rm -f conftest.bpf.o])])

dnl DYNAMIC_LOADER: the program interpreter of this machine's executables, for
dnl "ld.so --preload".
AC_DEFUN([FRR_BPF_DYNAMIC_LOADER],
[AC_CHECK_TOOL([READELF], [readelf])
AC_MSG_CHECKING([for the dynamic loader])
AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])],
  [DYNAMIC_LOADER=`$READELF -l conftest$EXEEXT | sed -n 's/.*program interpreter: \(.*\)@:>@/\1/p'`])
AC_MSG_RESULT([$DYNAMIC_LOADER])
AS_IF([test -z "$DYNAMIC_LOADER"], [FRR_BPF_MISSING([readelf], [binutils])])
AC_SUBST([DYNAMIC_LOADER])])

AC_DEFUN([FRR_BPF_TESTS],
[AC_ARG_ENABLE([tests],
  [AS_HELP_STRING([--disable-tests], [do not require what only the tests need])],
  [], [enable_tests=yes])
AS_IF([test "$enable_tests" != no],
      [FRR_BPF_LIBRARY([CMOCKA], [cmocka], [libcmocka-dev])])
dnl Tests of what uses libfrr link with the installed one, which has no .so link.
LIBFRR=`dirname "$moduledir"`/libfrr.so.0
AS_IF([test "$enable_tests" != no && test ! -e "$LIBFRR"],
      [LIBFRR=/usr/lib/$frr_multiarch/frr/libfrr.so.0])
AS_IF([test "$enable_tests" != no && test ! -e "$LIBFRR"],
      [FRR_BPF_MISSING([$LIBFRR], [frr])])
AC_SUBST([LIBFRR])
AM_CONDITIONAL([TESTS_ENABLED], [test "$enable_tests" != no])])

AC_DEFUN([FRR_BPF_WARNINGS],
[AC_ARG_ENABLE([werror],
  [AS_HELP_STRING([--enable-werror],
    [treat warnings as errors @<:@yes in a git checkout@:>@])],
  [], [AS_IF([test -e "$srcdir/.git"], [enable_werror=yes], [enable_werror=no])])
WARNING_CFLAGS="-Wall -Wextra"
dnl In what FRR's macros expand to (FRR_MODULE_SETUP, DECLARE_HASH), which gcc
dnl knows to be a system header's.
AC_CHECK_DECL([__clang__],
  [AS_VAR_APPEND([WARNING_CFLAGS], [" -Wno-unused-parameter -Wno-missing-field-initializers"])],
  [], [/**/])
AS_IF([test "$enable_werror" != no], [AS_VAR_APPEND([WARNING_CFLAGS], [" -Werror"])])
AC_SUBST([WARNING_CFLAGS])])

AC_DEFUN([FRR_BPF_SANITIZERS],
[AC_ARG_ENABLE([asan],
  [AS_HELP_STRING([--enable-asan],
    [build module and tests with AddressSanitizer and UBSAN])],
  [], [enable_asan=no])
SANITIZER_CFLAGS=
AS_IF([test "$enable_asan" != no],
  [SANITIZER_CFLAGS="-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer"])
AC_SUBST([SANITIZER_CFLAGS])])
