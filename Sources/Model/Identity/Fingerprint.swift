/// The remote's opaque change token for one file, compared for equality only.
///
/// git: blob id and mode; S3: ETag and size; disk: size, mtime, ctime and inode. An equal fingerprint promises equal
/// content, so the content is never read; a moved one promises nothing.
package struct Fingerprint: Hashable, Sendable {
    package let bytes: [UInt8]

    package init(bytes: [UInt8]) { self.bytes = bytes }
}
