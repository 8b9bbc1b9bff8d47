// SHA-256 and its HMAC by OpenSSL, which libcurl brings along.
#ifndef PLAUDIT_COPENSSL_H
#define PLAUDIT_COPENSSL_H

// The hash whose state is a value: it is copied where many hashes begin alike. OpenSSL calls it deprecated since 3.0 and keeps it;
// what took its place allocates for every hash.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#endif
