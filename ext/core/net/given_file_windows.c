/* SPDX-License-Identifier: MIT */
#ifdef _WIN32
#include "net/given_file.h"

#include <string.h>
#include <windows.h>

#include "net/platform.h"

struct ox_given_file {
	HANDLE handle;
	BY_HANDLE_FILE_INFORMATION opened;
};

static int wrong(ox_error *error, DWORD system_error)
{
	char words[128];
	ox_system_message((int)system_error, words, sizeof words);
	(void)ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_ERRNO,
		"the file cannot be opened: %s", words);
	if (error) {
		error->sys_errno = (int)system_error;
	}
	return OX_E_FAILED;
}

static int not_regular(ox_error *error)
{
	return ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_NONE,
		"it is not a regular file");
}

static uint64_t size_of(const BY_HANDLE_FILE_INFORMATION *info)
{
	return (uint64_t)info->nFileSizeHigh << 32 | info->nFileSizeLow;
}

/* returns new; NULL: not UTF-8, or no memory */
static wchar_t *widen(const char *path)
{
	int length = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, NULL, 0);
	wchar_t *wide = length > 0 ? ox_array_alloc((size_t)length, sizeof *wide) : NULL;
	if (wide && MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, wide, length) != length) {
		ox_free(wide);
		return NULL;
	}
	return wide;
}

int ox_given_file_open(const char *path, ox_given_file **file, ox_error *error)
{
	wchar_t *wide = widen(path);
	if (!wide) {
		return wrong(error, ERROR_INVALID_NAME);
	}
	/* No FILE_FLAG_BACKUP_SEMANTICS: a directory cannot be opened so. */
	HANDLE handle = CreateFileW(wide, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
		OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
	DWORD failed = GetLastError();
	ox_free(wide);
	if (handle == INVALID_HANDLE_VALUE) {
		return wrong(error, failed);
	}
	ox_given_file *made = ox_alloc(sizeof *made);
	int status = made ? OX_OK : ox_error_memory(error, OX_STAGE_NONE);
	if (status == OX_OK && GetFileType(handle) != FILE_TYPE_DISK) {
		status = not_regular(error);
	}
	if (status == OX_OK && !GetFileInformationByHandle(handle, &made->opened)) {
		status = wrong(error, GetLastError());
	}
	if (status == OX_OK && (made->opened.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY)) {
		status = not_regular(error);
	}
	if (status != OX_OK) {
		ox_free(made);
		CloseHandle(handle);
		return status;
	}
	made->handle = handle;
	*file = made;
	return OX_OK;
}

void ox_given_file_free(ox_given_file *file)
{
	if (file) {
		CloseHandle(file->handle);
		ox_free(file);
	}
}

uint64_t ox_given_file_size(const ox_given_file *file)
{
	return size_of(&file->opened);
}

int ox_given_file_path(const ox_given_file *file, const char *path, char *found, size_t size)
{
	static const wchar_t prefix[] = L"\\\\?\\";
	wchar_t wide[32768];
	DWORD length = GetFinalPathNameByHandleW(file->handle, wide, 32768, FILE_NAME_NORMALIZED);
	(void)path;
	if (!length || length >= 32768) {
		return OX_E_FAILED;
	}
	const wchar_t *from = wcsncmp(wide, prefix, 4) ? wide : wide + 4;
	return WideCharToMultiByte(CP_UTF8, 0, from, -1, found, (int)size, NULL, NULL) > 0 ? OX_OK : OX_E_FAILED;
}

static bool is_unchanged(const ox_given_file *file)
{
	BY_HANDLE_FILE_INFORMATION now;
	return GetFileInformationByHandle(file->handle, &now) && size_of(&now) == size_of(&file->opened) &&
		   !CompareFileTime(&now.ftLastWriteTime, &file->opened.ftLastWriteTime);
}

bool ox_given_file_read(void *context, uint64_t offset, void *bytes, size_t size)
{
	const ox_given_file *file = context;
	unsigned char *at = bytes;
	while (size) {
		OVERLAPPED place = {0};
		DWORD got = 0, want = size > 1 << 20 ? 1 << 20 : (DWORD)size;
		place.Offset = (DWORD)offset;
		place.OffsetHigh = (DWORD)(offset >> 32);
		if (!ReadFile(file->handle, at, want, &got, &place) || !got) {
			return false;
		}
		at += got;
		offset += got;
		size -= got;
	}
	return is_unchanged(file);
}

#endif
