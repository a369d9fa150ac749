package import Model

extension BackendType {
    /// NetBox's `amazon-s3`. NetBox knows the two keys; the other settings are ours.
    package static let amazonS3 = BackendType(
        name: "amazon-s3", label: "Amazon S3",
        settings: [
            SettingDeclaration("aws_access_key_id", help: "Access key; without one the bucket is read anonymously."),
            SettingDeclaration("aws_secret_access_key", help: "Secret of the access key.", isSecret: true),
            SettingDeclaration(
                "aws_session_token", help: "Session token of temporary credentials.", isSecret: true),
            SettingDeclaration(
                "region", help: "Region of the bucket, where the URL's host does not tell it.",
                defaultValue: "us-east-1"),
            SettingDeclaration(
                "endpoint", help: "Server of an s3:// URL, such as https://s3.example.com; AWS if not set."),
            SettingDeclaration(
                "parallel", kind: .count, help: "How many objects are fetched at once.", defaultValue: "32"),
        ] + ConnectionSettings.declared,
        faultInURL: { url in
            do throws(S3LocationFault) {
                _ = try S3Location(url)
                return nil
            } catch {
                return error.clause
            }
        },
        warnings: ConnectionSettings.warnings,
        make: { configuration in
            let parameters = configuration.parameters
            var http = try HTTPSettings(configuration)
            http.parallelTransfers = configuration.count("parallel") ?? 32
            return S3Backend(
                try S3Location(configuration), credentials: try S3Credentials(parameters), http: http)
        })
}

extension S3Location {
    fileprivate init(_ configuration: BackendConfiguration) throws(BackendError) {
        do throws(S3LocationFault) {
            try self.init(
                configuration.url, endpoint: configuration.parameters["endpoint"],
                region: configuration.parameters["region"])
        } catch {
            throw BackendError(.settings, "the URL \"\(configuration.url.shown)\" \(error.clause)")
        }
    }
}

extension S3Credentials {
    fileprivate init?(_ parameters: [String: String]) throws(BackendError) {
        let token = parameters["aws_session_token"]
        switch (parameters["aws_access_key_id"], parameters["aws_secret_access_key"]) {
        case (let accessKey?, let secretKey?):
            self.init(accessKey: accessKey, secretKey: secretKey, sessionToken: token)
        case (nil, nil) where token == nil: return nil
        default:
            throw BackendError(
                .settings, "the credentials of the bucket are not complete",
                advice: "set both \"aws_access_key_id\" and \"aws_secret_access_key\", or none of the three")
        }
    }
}
