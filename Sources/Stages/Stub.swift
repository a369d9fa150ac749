internal import Crypto
internal import Yams
