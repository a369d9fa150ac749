import Model
import Testing

@Suite struct Timestamps {
    @Test(
        arguments: [
            (0, 0, "1970-01-01T00:00:00.000000Z"), (1_795_230_741, 250_031_999, "2026-11-21T03:12:21.250031Z"),
            (951_782_400, 0, "2000-02-29T00:00:00.000000Z"), (951_868_800, 0, "2000-03-01T00:00:00.000000Z"),
            (4_107_542_399, 0, "2100-02-28T23:59:59.000000Z"), (4_107_542_400, 0, "2100-03-01T00:00:00.000000Z"),
            (-1, 0, "1969-12-31T23:59:59.000000Z"), (-2_208_988_800, 0, "1900-01-01T00:00:00.000000Z"),
            (253_402_300_799, 999_999_999, "9999-12-31T23:59:59.999999Z"),
            (-62_135_596_800, 0, "0001-01-01T00:00:00.000000Z"), (.min, 0, "0001-01-01T00:00:00.000000Z"),
            (.max, 0, "9999-12-31T23:59:59.000000Z"), (10_000_000_000_000, 0, "9999-12-31T23:59:59.000000Z"),
        ] as [(Int64, Int64, String)])
    func `a moment is written in ISO 8601`(_ seconds: Int64, _ nanoseconds: Int64, _ text: String) {
        let moment = Timestamp(seconds: seconds, nanoseconds: nanoseconds)
        #expect(moment.iso8601 == text)
        #expect(moment.iso8601InSeconds == text.prefix(19) + "Z")
    }

    @Test func `moments are moved and compared`() {
        let moment = Timestamp(microseconds: -1)
        #expect(moment.iso8601 == "1969-12-31T23:59:59.999999Z")
        #expect(moment.advanced(by: .milliseconds(1)).microseconds == 999)
        #expect(Timestamp(seconds: 3).since(Timestamp(seconds: 1)) == .seconds(2))
        #expect(moment < Timestamp(microseconds: 0))
    }
}

@Suite struct ByteSizes {
    @Test(
        arguments: [
            ("0", 0), ("512", 512), ("512B", 512), ("1KiB", 1_024), ("16 MiB", 16 << 20), ("1gib", 1 << 30),
            ("1 KiB ", nil),
            ("", nil), ("-1", nil), ("1.5MiB", nil), ("MiB", nil), ("1MB", nil), ("1TiB", nil), ("٣", nil),
            ("4294967296GiB", 1 << 62), ("4294967297GiB", nil), ("99999999999999999999", nil),
            ("9223372036854775807KiB", nil),
        ] as [(String, Int64?)])
    func `a size is read as a person types it`(_ text: String, _ bytes: Int64?) {
        #expect(ByteSize.bytes(in: text) == bytes)
    }

    @Test(
        arguments: [
            (0, "0 B"), (1_023, "1023 B"), (1_024, "1.0 KiB"), (1_536, "1.5 KiB"), (1_048_575, "1023.9 KiB"),
            (16 << 20, "16.0 MiB"), (5 << 40, "5.0 TiB"), (.max, "8388607.9 TiB"),
        ] as [(Int64, String)])
    func `a size is written with the largest fitting unit`(_ bytes: Int64, _ text: String) {
        #expect(ByteSize.text(bytes) == text)
    }
}

@Suite struct Digests {
    @Test func `a digest is 32 bytes or 64 digits`() throws {
        let bytes = (0..<32).map { UInt8($0 * 8) }
        let digest = try #require(Digest(bytes: bytes))
        #expect(digest.bytes == bytes)
        #expect(digest.hex == "0008101820283038404850586068707880889098a0a8b0b8c0c8d0d8e0e8f0f8")
        #expect(digest.short == "000810182028")
        #expect(Digest(hex: digest.hex.uppercased()) == digest)
        #expect(Digest(bytes: bytes.dropLast()) == nil)
        for wrong in ["", String(digest.hex.dropLast()), digest.hex + "0", String(digest.hex.dropLast()) + "g"] {
            #expect(Digest(hex: wrong) == nil)
        }
        var other = bytes
        other[31] = 1
        #expect(Digest(bytes: other) != digest)
    }
}

@Suite struct ObjectStates {
    /// Every combination: whether there is a file, whether it is the one applied last, whether it decodes, and whether
    /// the content was edited.
    @Test(
        arguments: [
            (nil, true, false, .sourceMissing), (nil, true, true, .sourceMissing), (nil, false, false, .sourceMissing),
            (nil, false, true, .sourceMissing),
            (1, true, false, .inSync), (1, true, true, .editedLocally), (1, false, false, .inSync),
            (1, false, true, .editedLocally),
            (2, true, false, .outOfDate), (2, true, true, .conflict), (2, false, false, .invalid),
            (2, false, true, .invalid),
        ] as [(UInt8?, Bool, Bool, ObjectState)])
    func `a state follows from the digests`(_ file: UInt8?, _ decodes: Bool, _ isEdited: Bool, _ state: ObjectState) {
        let content = SyncedObject.ContentState(
            present: digest(isEdited ? 8 : 7), asApplied: digest(7), appliedFile: digest(1))
        #expect(ObjectState(of: content, file: file.map(digest), decodes: decodes) == state)
    }

    @Test func `an object that nothing was applied to waits for its file`() {
        let empty = SyncedObject.ContentState()
        #expect(ObjectState(of: empty, file: digest(1), decodes: true) == .outOfDate)
        #expect(ObjectState(of: empty, file: digest(1), decodes: false) == .invalid)
        #expect(ObjectState(of: empty, file: nil, decodes: true) == .sourceMissing)
        let typed = SyncedObject.ContentState(present: digest(7))
        #expect(ObjectState(of: typed, file: digest(1), decodes: true) == .conflict)
    }

    @Test func `an object that holds what its file holds is in sync, however it came to`() {
        let typed = SyncedObject.ContentState(present: digest(7), asApplied: digest(5), appliedFile: digest(5))
        #expect(ObjectState(of: typed, file: digest(7), decodes: true) == .inSync)
    }

    @Test func `whether a file decodes is asked only when it matters`() {
        let content = SyncedObject.ContentState(present: digest(7), asApplied: digest(7), appliedFile: digest(1))
        var asked = 0
        func decodes() -> Bool {
            asked += 1
            return true
        }
        _ = ObjectState(of: content, file: digest(1), decodes: decodes())
        _ = ObjectState(of: content, file: nil, decodes: decodes())
        #expect(asked == 0)
        _ = ObjectState(of: content, file: digest(2), decodes: decodes())
        #expect(asked == 1)
    }

    private func digest(_ byte: UInt8) -> Digest {
        Digest(bytes: [UInt8](repeating: byte, count: 32))!  // 32 bytes are a digest
    }
}

@Suite struct ObjectFields {
    @Test(
        arguments: [
            (.configContext, "weight", 0, nil), (.configContext, "weight", 32_767, nil),
            (.configContext, "weight", 32_768, "0 to 32767"), (.configContext, "weight", -1, "0 to 32767"),
            (.configContext, "weight", .number("1.5"), "whole number"), (.configContext, "weight", "5", "not string"),
            (.configContext, "is_active", false, nil), (.configContext, "is_active", 0, "true or false"),
            (.configContext, "sites", ["ams", "fra"], nil), (.configContext, "sites", "ams", "a list"),
            (.configContext, "sites", [""], "1 to 100"), (.configContext, "sites", [5], "strings"),
            (.configTemplate, "mime_type", .string(String(repeating: "é", count: 50)), nil),
            (.configTemplate, "mime_type", .string(String(repeating: "é", count: 51)), "at most 50"),
            (.configTemplate, "file_extension", .string(String(repeating: "x", count: 16)), "at most 15"),
            (.configTemplate, "environment_params", ["trim_blocks": true, "undefined": "jinja2.StrictUndefined"], nil),
            (.configTemplate, "environment_params", .null, nil), (.configTemplate, "environment_params", [], "object"),
            (.configTemplate, "environment_params", ["finalize": "x"], "deprecated"),
            (.configTemplate, "environment_params", ["loader": "x"], "not a permitted parameter"),
            (.configTemplate, "environment_params", ["undefined": "os.system"], "jinja2.StrictUndefined"),
            (.exportTemplate, "object_types", ["dcim.device", "ipam.ip_address"], nil),
            (.exportTemplate, "object_types", [], "at least one"),
            (.exportTemplate, "object_types", ["device"], "dcim.device"),
            (.exportTemplate, "object_types", ["Dcim.Device"], "dcim.device"),
        ] as [(ObjectKindName, String, JSONValue, String?)])
    func `a field takes what NetBox takes`(
        _ kind: ObjectKindName, _ name: String, _ value: JSONValue, _ reason: String?
    ) throws {
        let fault = try #require(kind.field(name)).fault(in: value)
        if let reason {
            #expect(fault?.contains(reason) == true, "\(fault ?? "no fault")")
        } else {
            #expect(fault == nil)
        }
    }

    @Test func `only a config template has debug and tags, only an export template object types`() {
        #expect(
            ObjectKindName.configTemplate.field("debug") != nil && ObjectKindName.exportTemplate.field("debug") == nil)
        #expect(
            ObjectKindName.configTemplate.field("tags") != nil && ObjectKindName.exportTemplate.field("tags") == nil)
        #expect(ObjectKindName.exportTemplate.field("object_types")?.isRequired == true)
    }
}
