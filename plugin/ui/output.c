// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/ui/output.h"

#include <regex.h>

#include "plugin/base/compat.h"
#include "lib/buffer.h"
#include "lib/command.h"
#include "lib/json.h"
#include "lib/typesafe.h"
#include "lib/vty.h"
#include "zebra/zebra_router.h"

#include "plugin/base/memory.h"

DEFINE_MTYPE_STATIC(BPF, BPF_OUTPUT, "BPF output");

PREDECL_DLIST(outputs);

struct output {
	struct outputs_item item;
	/*
	 * Nobody tells when a session is closed, only its event is cancelled.
	 * Its descriptor's next output frees this one.
	 */
	int fd;
	struct vty *vty;
	bool filter; /* "| include" was typed */
	regex_t include;
	output_part *part;
	void *state;
	struct printbuf *text; /* not yet put */
	bool ended;
};

DECLARE_DLIST(outputs, struct output, item);

static struct outputs_head outputs = INIT_DLIST(outputs);

static void output_free(struct output *output)
{
	outputs_del(&outputs, output);
	if (output->filter)
		regfree(&output->include);
	printbuf_free(output->text);
	XFREE(MTYPE_TMP, output->state);
	XFREE(MTYPE_BPF_OUTPUT, output);
}

/* The filter of the vty is gone when the handler returns: have one's own. */
static void output_filter(struct output *output)
{
	const char *typed = output->vty->filter
				    ? strstr(output->vty->buf, "| include ")
				    : NULL;

	if (typed)
		output->filter = !regcomp(&output->include,
					  typed + strlen("| include "),
					  REG_EXTENDED | REG_NOSUB);
}

static struct output *output_new(struct vty *vty, output_part *part,
				 void *state)
{
	struct output *output;

	frr_each_safe (outputs, &outputs, output)
		if (output->fd == vty->fd)
			output_free(output);
	/*
	 * Its event, if the session is the same and did not wait for the end.
	 * What else was to be written is so after this command.
	 */
	event_cancel(&vty->t_write);
	output = XCALLOC(MTYPE_BPF_OUTPUT, sizeof(*output));
	outputs_add_tail(&outputs, output);
	output->fd = vty->fd;
	output->vty = vty;
	output->part = part;
	output->state = state;
	output->text = printbuf_new();
	output_filter(output);
	return output;
}

/*
 * Not vty_out(): since FRR 10 that writes long output to the session, and frees
 * a session that was closed at the other end under its caller.
 */
static void text_put(const struct output *output, char *text, size_t size)
{
	if (output->vty->type == VTY_SHELL_SERV)
		buffer_put(output->vty->obuf, text, size);
	else
		vty_out(output->vty, "%.*s", (int)size, text);
}

/* Put what is complete; the beginning of a line waits for its end. */
static void lines_put(struct output *output)
{
	char *line = output->text->buf, *end;
	struct printbuf *rest;

	for (; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		if (output->filter &&
		    regexec(&output->include, line, 0, NULL, 0))
			continue;
		*end = '\n';
		text_put(output, line, (size_t)(end + 1 - line));
	}
	rest = printbuf_new();
	printbuf_memappend(rest, line, (int)strlen(line));
	printbuf_free(output->text);
	output->text = rest;
}

/* The next part. Result: the command's, or CMD_SUSPEND. */
static int output_next(struct output *output)
{
	int ret = output->part(output->text, output->state);

	lines_put(output);
	return ret;
}

/* The session can take more. */
static void output_write(struct event *event)
{
	struct output *output = EVENT_ARG(event);
	struct vty *vty = output->vty;
	uint8_t reply[4] = { 0 };
	int ret;

	switch (buffer_flush_available(vty->obuf, vty->wfd)) {
	case BUFFER_ERROR:
		/* Closed at the other end, as lib/vty.c does it. */
		output_free(output);
		buffer_reset(vty->obuf);
		vty_close(vty);
		return;
	case BUFFER_PENDING:
		break;
	case BUFFER_EMPTY:
		if (output->ended) {
			output_free(output);
			return;
		}
		ret = output_next(output);
		if (ret == CMD_SUSPEND)
			break;
		/* What ends a command: vtysh waits for it. */
		reply[3] = (uint8_t)ret;
		buffer_put(vty->obuf, reply, sizeof(reply));
		output->ended = true;
	}
	event_add_write(zrouter.master, output_write, output, vty->wfd,
			&vty->t_write);
}

int output_show(struct vty *vty, output_part *part, void *state)
{
	struct output *output = output_new(vty, part, state);
	int ret;

	do {
		ret = output_next(output);
	} while (ret == CMD_SUSPEND && vty->type != VTY_SHELL_SERV);
	if (ret != CMD_SUSPEND) {
		output_free(output);
		return ret;
	}
	event_add_write(zrouter.master, output_write, output, vty->wfd,
			&vty->t_write);
	return CMD_SUSPEND;
}

void output_json_member(struct printbuf *out, const char *name,
			struct json_object *value, bool first)
{
	const char *line, *end;

	sprintbuf(out, "%s\n  \"%s\":", first ? "{" : ",", name);
	line = json_object_to_json_string_ext(
		value,
		JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE);
	for (; *(end = strchrnul(line, '\n')); line = end + 1) {
		printbuf_memappend(out, line, (int)(end + 1 - line));
		printbuf_memappend(out, "  ", 2);
	}
	printbuf_memappend(out, line, (int)(end - line));
}

int output_fini(void)
{
	struct output *output;

	frr_each_safe (outputs, &outputs, output)
		output_free(output);
	return 0;
}
