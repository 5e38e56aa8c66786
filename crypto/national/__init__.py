"""The national algorithms (国密): SM2, SM3, SM4-GCM, in process.

SM2 comes through the libcrypto that CPython itself links (`libcrypto`), SM4-GCM and bulk SM3 from `cryptography`, whose
own OpenSSL has them whatever the system's has. All of it is software: production needs a certified module (密评), which
is plugged in as another `crypto.tokens.port.Token`.
"""
