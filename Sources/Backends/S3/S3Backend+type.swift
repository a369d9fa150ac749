package import Model

extension BackendType {
    /// NetBox's `amazon-s3`. NetBox knows the two keys; the other settings are ours.
    package static let amazonS3 = BackendType(
        name: "amazon-s3", label: "Amazon S3",
        settings: CredentialSettings.declared + [
            SettingDeclaration(
                "region",
                help: "Region of the bucket, where the URL's host does not tell it; else AWS_REGION, "
                    + "AWS_DEFAULT_REGION or the profile's.",
                defaultValue: S3Location.defaultRegion),
            SettingDeclaration(
                "endpoint", kind: .address,
                help: "Server of an s3:// URL, such as https://s3.example.com; AWS if not set."),
            SettingDeclaration(
                "addressing",
                help: "How the bucket of an s3:// URL is named: path (https://endpoint/bucket), virtual "
                    + "(https://bucket.endpoint), or auto.", defaultValue: "auto"),
            SettingDeclaration(
                "request_payer", kind: .flag, help: "Pay for requests to a bucket whose owner asks for it.",
                defaultValue: "false"),
            SettingDeclaration(
                "sse_customer_key", help: "Key of objects encrypted with SSE-C: 32 bytes in base64.", isSecret: true),
            SettingDeclaration(
                "etag_is_md5", kind: .flag,
                help: "Compare content with ETags that look like MD5 sums; false for a server whose ETags are none.",
                defaultValue: "true"),
            SettingDeclaration(
                "parallel", kind: .count, help: "How many objects are fetched at once.", defaultValue: "32"),
        ] + ConnectionSettings.declared,
        faultInURL: { url in
            do throws(S3LocationFault) {
                // A directory bucket's region is a setting, which the URL alone does not show.
                _ = try S3Location(url, region: S3Location.defaultRegion)
                return nil
            } catch {
                return error.clause
            }
        },
        warnings: { ConnectionSettings.warnings($0) + S3Backend.warnings($0) },
        faultInSettings: { url, parameters, references in
            do throws(BackendError) {
                try S3Backend.check(url, parameters, references: references)
                try ConnectionSettings.check(parameters, references: references)
                return nil
            } catch {
                return error.clause
            }
        },
        make: { configuration in
            let location = try S3Location(configuration)
            var http = try HTTPSettings(configuration)
            let credentials = try CredentialSettings(
                configuration, region: location.isRegionAssumed ? nil : location.region, http: http)
            http.parallelTransfers = configuration.count("parallel") ?? 32
            return S3Backend(
                location, supply: credentials.supply(), extras: try S3Extras(configuration, location), http: http,
                regionHint: { credentials.profileRegion() })
        })
}

extension S3Backend {
    /// What is sent so that anybody on the way can read it.
    fileprivate static func warnings(_ settings: DataSourceSettings) -> [String] {
        func text(_ name: String) -> String? {
            if case .literal(let text)? = settings.parameters[name] { text } else { nil }
        }
        var warnings: [String] = []
        let place = settings.sourceURL.scheme == "s3" ? text("endpoint") ?? "" : settings.sourceURL.raw
        if place.lowercased().hasPrefix("http:"), settings.parameters["sse_customer_key"] != nil {
            warnings.append("sse_customer_key is sent over plain http: anybody on the way can read it")
        }
        if text("sts_endpoint")?.lowercased().hasPrefix("http:") == true {
            warnings.append("the role's keys come over plain http (sts_endpoint): anybody on the way can read them")
        }
        return warnings
    }
}

extension S3Backend {
    /// Says what can be said before the settings that are references are read.
    ///
    /// - Throws: ``BackendError``, `.settings`, as making the backend would.
    fileprivate static func check(
        _ url: SourceURL, _ parameters: [String: String], references: Set<String>
    ) throws(BackendError) {
        var parameters = parameters
        for name in references { parameters[name] = standIns[name] }
        // The environment may have one, where a bucket needs it.
        parameters["region"] = parameters["region"] ?? S3Location.defaultRegion
        let configuration = BackendConfiguration(url: url, parameters: parameters, cacheFolder: "")
        let location = try S3Location(configuration)
        _ = try CredentialSettings(configuration, region: location.region, http: HTTPSettings())
        _ = try S3Extras(configuration, location)
    }

    /// For settings whose values are not known: what goes together with as much as possible. What is not here goes best
    /// with the others when it is not there.
    private static let standIns = [
        "endpoint": "https://endpoint.invalid", "region": S3Location.defaultRegion, "aws_access_key_id": "unknown",
        "aws_secret_access_key": "unknown", "aws_session_token": "unknown", "aws_profile": "unknown",
        "role_arn": "arn:aws:iam::1:role/unknown", "role_session_name": "unknown", "role_external_id": "unknown",
    ]
}

extension S3Location {
    fileprivate init(_ configuration: BackendConfiguration) throws(BackendError) {
        let region = configuration["region"]
        let usual = ["AWS_REGION", "AWS_DEFAULT_REGION"].lazy.compactMap { configuration.environment.setting($0) }.first
        do throws(S3LocationFault) {
            let location = try S3Location(
                configuration.url, endpoint: configuration["endpoint"], addressing: configuration["addressing"],
                region: region ?? (configuration.url.scheme == "s3" ? usual : nil))
            self = location.isRegionAssumed ? usual.flatMap { location.moved(toRegion: $0) } ?? location : location
        } catch {
            throw BackendError(.settings, "the URL \"\(configuration.url.shown)\" \(error.clause)")
        }
    }
}

extension S3Extras {
    fileprivate init(_ configuration: BackendConfiguration, _ location: S3Location) throws(BackendError) {
        self.init()
        requestPayer = configuration.flag("request_payer") ?? false
        entityTagIsMD5 = configuration.flag("etag_is_md5") ?? true
        guard let text = configuration["sse_customer_key"] else { return }
        guard let key = S3CustomerKey(base64: text) else {
            throw BackendError(
                .settings, "\"sse_customer_key\" is no key",
                advice: "write 32 bytes in base64, as `openssl rand -base64 32` prints them")
        }
        guard location.scheme == "https" || !location.isOnAWS else {
            throw BackendError(
                .encryption, "\"sse_customer_key\" would be sent to \(location.host) over plain http",
                advice: "write https in the URL")
        }
        customerKey = key
    }
}
