import Foundation
import Glibc
import Stages

/// A file that a person names on the command line; `-` is standard input.
enum InputFile {
    /// - Throws: ``UsageError`` when there is no such readable file, or more in it than any object takes.
    static func read(_ path: String) throws -> [UInt8] {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            throw UsageError.wrong("cannot read \"\(path)\": it is a folder")
        }
        guard let handle = path == "-" ? .standardInput : FileHandle(forReadingAtPath: path) else {
            throw UsageError.wrong("cannot read \"\(path)\": \(String(cString: strerror(errno)))")
        }
        let limit = Int(ObjectKinds.largestContentInBytes)
        let data = try handle.read(upToCount: limit + 1) ?? Data()
        guard data.count <= limit else { throw UsageError.wrong("cannot read \"\(path)\": it is over \(limit) bytes") }
        return Array(data)
    }
}
