internal import CCurl
internal import CGit2
internal import Crypto
