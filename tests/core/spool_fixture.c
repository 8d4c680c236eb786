/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "spool_fixture.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

static const ox_spool_recipient recipients[] = {{.address = "a@example.com"},
	{.address = "b@example.com", .notify = 4, .orcpt = "rfc822;b@example.com"}};

void spool_fixture_begin(spool_fixture *fixture)
{
	ox_spool_options options;
	memset(fixture, 0, sizeof *fixture);
	snprintf(fixture->folder, sizeof fixture->folder, "/tmp/outbox-spool-XXXXXX");
	assert_non_null(mkdtemp(fixture->folder));
	snprintf(fixture->path, sizeof fixture->path, "%s/spool", fixture->folder);
	ox_spool_options_init(&options, fixture->path);
	options.make = options.any_parent = true;
	assert_int_equal(ox_spool_open(&options, &fixture->spool, &fixture->error), OX_OK);
}

void spool_fixture_end(spool_fixture *fixture)
{
	ox_spool_free(fixture->spool);
	remove_tree(fixture->folder);
}

int spool_fixture_setup(void **state)
{
	*state = calloc(1, sizeof(spool_fixture));
	spool_fixture_begin(*state);
	return 0;
}

int spool_fixture_teardown(void **state)
{
	spool_fixture_end(*state);
	free(*state);
	return 0;
}

const char *spool_at(const spool_fixture *fixture, const char *name)
{
	static char paths[4][256];
	static unsigned next;
	char *path = paths[next++ % 4];
	snprintf(path, sizeof paths[0], "%s/%s", fixture->path, name);
	return path;
}

const char *place_path(const spool_fixture *fixture, const ox_place *place)
{
	char name[96];
	switch (place->state) {
	case OX_SPOOL_DUE: {
		static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
		snprintf(name, sizeof name, "q/%x/%s", (unsigned)(strchr(alphabet, place->id[25]) - alphabet) & 15,
			place->id);
		break;
	}
	case OX_SPOOL_DEFERRED:
		snprintf(name, sizeof name, "d/%09llx/%s", (unsigned long long)place->folder, place->id);
		break;
	case OX_SPOOL_FAILED:
		snprintf(name, sizeof name, "f/%llu/%s", (unsigned long long)place->folder, place->id);
		break;
	default: snprintf(name, sizeof name, "%c/%s", place->state == OX_SPOOL_HELD ? 'h' : 'x', place->id);
	}
	return spool_at(fixture, name);
}

size_t count_files(const char *path)
{
	size_t count = 0;
	DIR *directory = opendir(path);
	struct dirent *entry;
	while (directory && (entry = readdir(directory))) {
		char name[512];
		struct stat found;
		snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
		if (entry->d_name[0] != '.' && lstat(name, &found) == 0) {
			count += S_ISDIR(found.st_mode) ? count_files(name) : S_ISREG(found.st_mode) != 0;
		}
	}
	if (directory) {
		closedir(directory);
	}
	return count;
}

static size_t read_text(void *context, uint64_t offset, void *bytes, size_t size)
{
	const char *text = context;
	size_t left = strlen(text) - (size_t)offset;
	size_t part = left < size ? left : size;
	memcpy(bytes, text + offset, part);
	return part;
}

ox_submission submission_of(const char *text)
{
	ox_submission submission = {.profile = "main", .sender = "me@example.com",
		.recipients = recipients, .recipient_count = OX_COUNT(recipients),
		.source = {.context = (void *)(uintptr_t)text, .read = read_text}, .size = strlen(text)};
	return submission;
}

void must_queue(spool_fixture *fixture, ox_submission *submission)
{
	int status = ox_spool_enqueue(fixture->spool, submission, OX_DURABILITY_FULL, NOW_MS, &fixture->error);
	if (status != OX_OK) {
		fail_msg("not queued: %s", fixture->error.text);
	}
}

ox_place place_of(spool_fixture *fixture, const char *id)
{
	ox_place place = {.state = OX_SPOOL_STATE_COUNT};
	int status = ox_spool_find(fixture->spool, id, &place, &fixture->error);
	if (status != OX_OK) {
		assert_int_equal(status, OX_AGAIN);
		place.state = OX_SPOOL_STATE_COUNT;
	}
	return place;
}

ox_spool_state state_of(spool_fixture *fixture, const char *id)
{
	return place_of(fixture, id).state;
}

ox_claim_fate claim_fate(spool_fixture *fixture, const ox_place *place, uint64_t now_ms)
{
	ox_claim *claim;
	ox_claim_fate fate;
	assert_int_equal(ox_claim_open(fixture->spool, place, now_ms, &claim, &fate, &fixture->error), OX_OK);
	assert_true((claim != NULL) == (fate == OX_CLAIM_TAKEN));
	ox_claim_release(claim);
	return fate;
}

ox_claim *must_claim(spool_fixture *fixture, const char *id)
{
	ox_claim *claim;
	ox_claim_fate fate;
	ox_place place = place_of(fixture, id);
	assert_int_not_equal(place.state, OX_SPOOL_STATE_COUNT);
	assert_int_equal(ox_claim_open(fixture->spool, &place, NOW_MS, &claim, &fate, &fixture->error), OX_OK);
	assert_int_equal(fate, OX_CLAIM_TAKEN);
	return claim;
}

const char *event_types(spool_fixture *fixture)
{
	static char types[4096];
	ox_event_reader *reader;
	ox_spool_event event;
	int status;
	size_t used = 0;
	types[0] = 0;
	assert_int_equal(ox_event_reader_open(fixture->spool, NULL, &reader, &fixture->error), OX_OK);
	while ((status = ox_event_reader_next(reader, &event, &fixture->error)) == OX_OK) {
		used += (size_t)snprintf(types + used, sizeof types - used, "%s%s", used ? " " : "",
			ox_event_type_name(event.type));
	}
	assert_int_equal(status, OX_AGAIN);
	ox_event_reader_free(reader);
	return types;
}
