/* SPDX-License-Identifier: MIT */
/* The dialogue as text for people, bounded: the oldest lines go first. */
#ifndef OX_SMTP_TRANSCRIPT_H
#define OX_SMTP_TRANSCRIPT_H

#include "base/buffer.h"
#include "smtp/reply.h"

typedef struct {
	ox_buffer text;
} ox_transcript;

void ox_transcript_init(ox_transcript *transcript);
void ox_transcript_clear(ox_transcript *transcript);
void ox_transcript_restart(ox_transcript *transcript);

/* One line of ours. What does not fit, or finds no memory, is left out: nothing depends on it. */
void ox_transcript_client(ox_transcript *transcript, const char *line);

/* A reply of theirs; a challenge is masked, because servers echo what they were sent. */
void ox_transcript_server(ox_transcript *transcript, const ox_reply *reply, bool masked);

#endif
