#ifndef VALETKEY_CURL_H
#define VALETKEY_CURL_H

#if !__has_include(<curl/curl.h>)
#error "the headers of libcurl are missing (Debian, Ubuntu: libcurl4-openssl-dev)"
#endif
#include <curl/curl.h>

// libcurl, loaded when the first request needs it: with the libraries that it needs itself, it is most of what a start
// would load. Its setters and getters are variadic, and so closed to Swift; a number is always a `long`, which libcurl
// reads from the argument list, and no compiler warns of an `int`.

/// Loads libcurl and sets it up; call it before any other function here, from any thread. Returns 0, or -1 after it has
/// written to `fault` why it can't.
int shim_load_curl(char *fault, size_t size);

const char *shim_describe(CURLcode code);

CURL *shim_make_easy(void);
void shim_free_easy(CURL *handle);
CURLM *shim_make_multi(void);
void shim_free_multi(CURLM *multi);
CURLMcode shim_add(CURLM *multi, CURL *handle);
CURLMcode shim_remove(CURLM *multi, CURL *handle);
/// Does what can be done without waiting. Returns how many transfers haven't ended.
int shim_perform(CURLM *multi);
/// Waits for at most so many milliseconds.
void shim_wait(CURLM *multi, int milliseconds);
CURLMcode shim_wake(CURLM *multi);
struct curl_slist *shim_append(struct curl_slist *list, const char *text);
void shim_free_list(struct curl_slist *list);

CURLcode shim_set_long(CURL *handle, CURLoption option, long value);
CURLcode shim_set_size(CURL *handle, CURLoption option, curl_off_t value);
CURLcode shim_set_text(CURL *handle, CURLoption option, const char *value);
CURLcode shim_set_list(CURL *handle, CURLoption option, struct curl_slist *value);
CURLcode shim_set_pointer(CURL *handle, CURLoption option, void *value);
CURLcode shim_set_writer(CURL *handle, CURLoption option, size_t (*writer)(char *, size_t, size_t, void *));
/// Calls `check` once the connection is there, before anything of the request is sent; another result than 0 ends it.
CURLcode shim_set_check(CURL *handle, int (*check)(void *, char *, char *, int, int), void *context);
CURLcode shim_allow_http_alone(CURL *handle);

long shim_status(CURL *handle);
/// The errno of the last system call that failed for this handle; 0 where there was none.
long shim_errno(CURL *handle);
/// Seconds from now, whichever form the header had; 0 where there was none.
long long shim_retry_after(CURL *handle);
/// The value of a header of the final reply, libcurl's own until the handle is used again; NULL where there is none.
const char *shim_header(CURL *handle, const char *name);
void *shim_private(CURL *handle);
/// The handle and result of the next transfer that has ended; NULL where there is none.
CURL *shim_next_ended(CURLM *multi, CURLcode *result);

/// Opens a listener on the loopback interface and stores its port; returns -1 on failure.
int shim_listen(int *port);
/// Returns the connection that the handle has made, or -1 while there is none. Connections of other clients are closed.
int shim_accept(int listener, CURL *handle);

#endif
