// libcurl for Swift. Its set and get functions are variadic, which Swift cannot call; here each has a form a type.
//
// The driver above uses the multi interface with its own epoll set (`curl_multi_socket_action`), so what libcurl wants
// watched and when it wants to be called comes through two observers. No function here may be called from inside an
// observer or a receiver.
#ifndef PLAUDIT_CCURL_H
#define PLAUDIT_CCURL_H

#include <curl/curl.h>
#include <stddef.h>
#include <stdint.h>

#if LIBCURL_VERSION_NUM < 0x075800
#error "libcurl 7.88 or newer: before it there is no CURLOPT_PROTOCOLS_STR and no CURLOPT_QUICK_EXIT"
#endif

/// Bytes of libcurl's words about an error, the final zero included.
enum { PLAUDIT_CURL_MESSAGE_BYTE_COUNT = CURL_ERROR_SIZE };

/// Starts libcurl for the process; the first call does it, whichever thread that comes from. `CURLE_OK`, or why not.
CURLcode plaudit_curl_begin(void);
/// 1 when the linked library has TLS and resolves names without holding up its thread.
int plaudit_curl_is_capable(void);

// ---- one transfer ----

/// A new handle, or NULL when there is no memory.
CURL *_Nullable plaudit_curl_make(void);
void plaudit_curl_destroy(CURL *_Nonnull easy);
CURLcode plaudit_curl_set_number(CURL *_Nonnull easy, CURLoption option, long value);
/// For the options that end in `_LARGE`.
CURLcode plaudit_curl_set_size(CURL *_Nonnull easy, CURLoption option, int64_t value);
/// libcurl copies the text; NULL sets the option back.
CURLcode plaudit_curl_set_text(CURL *_Nonnull easy, CURLoption option, const char *_Nullable text);
/// The body, which libcurl copies; NULL gives the last one back.
CURLcode plaudit_curl_set_body(CURL *_Nonnull easy, const void *_Nullable bytes, size_t byteCount);
/// The header lines, which must live until the transfer has ended or others are set.
CURLcode plaudit_curl_set_headers(CURL *_Nonnull easy, struct curl_slist *_Nullable headers);
/// Where the words about an error go, `PLAUDIT_CURL_MESSAGE_BYTE_COUNT` bytes; must live as long as the handle.
CURLcode plaudit_curl_set_message_buffer(CURL *_Nonnull easy, char *_Nonnull buffer);

/// Takes bytes of an answer; returns how many it took, and any other number than all ends the transfer.
typedef size_t (*plaudit_curl_receiver)(char *_Nullable bytes, size_t one, size_t byteCount, void *_Nullable context);
/// The context of both receivers is also what `plaudit_curl_next_ended` gives back.
CURLcode plaudit_curl_set_receivers(CURL *_Nonnull easy, plaudit_curl_receiver _Nonnull head,
                                    plaudit_curl_receiver _Nonnull body, void *_Nonnull context);

/// Sockets of connections are opened and closed by these two; the context must outlive every connection that the handle opens.
CURLcode plaudit_curl_set_sockets(CURL *_Nonnull easy, curl_opensocket_callback _Nonnull opener,
                                  curl_closesocket_callback _Nonnull closer, void *_Nonnull context);
/// A socket for an address, or -1: for the opener.
curl_socket_t plaudit_curl_open(const struct curl_sockaddr *_Nonnull address);

/// The status of the last response, or 0.
long plaudit_curl_status(CURL *_Nonnull easy);
/// Microseconds from the start until the connection's TLS or, without it, TCP was there; 0 when it never was.
int64_t plaudit_curl_connect_microseconds(CURL *_Nonnull easy);

// ---- header lines ----

/// The list with one more line, which is copied; NULL when there is no memory, and the list is then as before.
struct curl_slist *_Nullable plaudit_curl_append(struct curl_slist *_Nullable list, const char *_Nonnull line);
void plaudit_curl_free(struct curl_slist *_Nullable list);

// ---- many transfers ----

/// What libcurl wants watched on a socket: `CURL_POLL_IN`, `CURL_POLL_OUT`, `CURL_POLL_INOUT`, `CURL_POLL_REMOVE`.
/// `mark` is not used. Returns 0.
typedef int (*plaudit_curl_socket_observer)(CURL *_Nullable easy, curl_socket_t socket, int wanted,
                                            void *_Nullable context, void *_Nullable mark);
/// In how many milliseconds libcurl wants to be called; -1 for never. Returns 0.
typedef int (*plaudit_curl_timer_observer)(CURLM *_Nullable multi, long milliseconds, void *_Nullable context);

/// A new set, or NULL when there is no memory.
CURLM *_Nullable plaudit_curl_multi_make(void);
/// From now on the observers hear of the set; NULL for nobody.
void plaudit_curl_multi_observe(CURLM *_Nonnull multi, plaudit_curl_socket_observer _Nullable socket,
                                plaudit_curl_timer_observer _Nullable timer, void *_Nullable context);
void plaudit_curl_multi_destroy(CURLM *_Nonnull multi);
CURLMcode plaudit_curl_multi_set_number(CURLM *_Nonnull multi, CURLMoption option, long value);
CURLMcode plaudit_curl_multi_add(CURLM *_Nonnull multi, CURL *_Nonnull easy);
void plaudit_curl_multi_remove(CURLM *_Nonnull multi, CURL *_Nonnull easy);
/// Tells libcurl what epoll said of a socket: any of `CURL_CSELECT_IN`, `CURL_CSELECT_OUT`, `CURL_CSELECT_ERR`.
void plaudit_curl_multi_act(CURLM *_Nonnull multi, curl_socket_t socket, int events);
/// Tells libcurl that the time it asked for has come.
void plaudit_curl_multi_act_on_time(CURLM *_Nonnull multi);
/// The receivers' context of the next transfer that has ended, or NULL, and how it ended.
void *_Nullable plaudit_curl_next_ended(CURLM *_Nonnull multi, CURLcode *_Nonnull outcome);

#endif
