// A look at certificates and keys before anything is connected, by the library that libcurl uses itself.
#ifndef SLUICE_CCURL_TLS_H
#define SLUICE_CCURL_TLS_H

#include <string.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

// Without a password the reading fails, where OpenSSL would ask at the terminal.
static inline int ctls_password(char *buffer, int size, int writing, void *context) {
    const char *password = (const char *)context;
    int length = password ? (int)strlen(password) : -1;
    (void)writing;
    if (length < 0 || length > size) return -1;
    memcpy(buffer, password, (size_t)length);
    return length;
}

// How many certificates the text holds; -1 when one of them is broken.
static inline int ctls_count_certificates(const void *pem, int length) {
    int count = 0;
    BIO *text = BIO_new_mem_buf(pem, length);
    X509 *certificate;
    if (!text) return -1;
    ERR_clear_error();
    while ((certificate = PEM_read_bio_X509(text, NULL, ctls_password, NULL)) != NULL) {
        X509_free(certificate);
        count++;
    }
    if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) count = -1;
    ERR_clear_error();
    BIO_free(text);
    return count;
}

enum ctls_identity { CTLS_FITS, CTLS_NO_CERTIFICATE, CTLS_NO_KEY, CTLS_DIFFERENT };

// Whether the key can be read, and is that of the first certificate.
static inline enum ctls_identity ctls_check_identity(
    const void *certificate_pem, int certificate_length, const void *key_pem, int key_length, const char *password) {
    enum ctls_identity result = CTLS_FITS;
    BIO *certificate_text = BIO_new_mem_buf(certificate_pem, certificate_length);
    BIO *key_text = BIO_new_mem_buf(key_pem, key_length);
    X509 *certificate = certificate_text ? PEM_read_bio_X509(certificate_text, NULL, ctls_password, NULL) : NULL;
    EVP_PKEY *key = key_text ? PEM_read_bio_PrivateKey(key_text, NULL, ctls_password, (void *)password) : NULL;
    if (!certificate) {
        result = CTLS_NO_CERTIFICATE;
    } else if (!key) {
        result = CTLS_NO_KEY;
    } else if (X509_check_private_key(certificate, key) != 1) {
        result = CTLS_DIFFERENT;
    }
    X509_free(certificate);
    EVP_PKEY_free(key);
    BIO_free(certificate_text);
    BIO_free(key_text);
    ERR_clear_error();
    return result;
}

#endif
