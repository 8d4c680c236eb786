/* SPDX-License-Identifier: MIT */
/* Events on their way to the journal: gathered, and appended as one block. Their texts belong to jobs and slots,
 * which stay until journal_flush(): a job calls it before it goes. */
#include "runner/runner_internal.h"

void journal_event(ox_runner *r, const ox_spool_event *event)
{
	if (r->event_count == EVENTS_ROOM) {
		journal_flush(r);
	}
	ox_spool_event *place = &r->events[r->event_count++];
	*place = *event;
	place->at_ms = event->at_ms ? event->at_ms : ox_wall_clock_ms();
}

void journal_of_profile(ox_runner *r, const relay_slot *slot, ox_spool_event_type type, const char *text)
{
	ox_spool_event event = {.type = type, .profile = slot->name, .text = text && *text ? text : NULL};
	journal_event(r, &event);
	journal_flush(r); /* the text may change before the next block */
}

void journal_flush(ox_runner *r)
{
	ox_error error;
	if (r->event_count && ox_events_append(r->spool, r->events, r->event_count, &error) != OX_OK) {
		/* Mail matters more: its files say what became of it. */
		r->facts.events_dropped += r->event_count;
		r->totals.events_dropped += r->event_count;
	}
	r->event_count = 0;
}
