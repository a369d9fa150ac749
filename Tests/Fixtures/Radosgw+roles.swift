internal import Foundation

extension Radosgw {
    /// Keys that are good for a while.
    package struct TemporaryKeys: Sendable {
        package let accessKey: String
        package let secretKey: String
        package let sessionToken: String

        package init(accessKey: String, secretKey: String, sessionToken: String) {
            self.accessKey = accessKey
            self.secretKey = secretKey
            self.sessionToken = sessionToken
        }

        /// The document in which metadata services hand out keys.
        ///
        /// - Parameter expiration: what it says, whatever the server itself thinks.
        package func document(token: String = "Token", expiration: String = "2099-01-01T00:00:00Z") -> String {
            """
            {"Code": "Success", "Version": 1, "AccessKeyId": "\(accessKey)", "SecretAccessKey": "\(secretKey)",
             "\(token)": "\(sessionToken)", "Expiration": "\(expiration)"}
            """
        }

        /// The document in which a security token service does.
        package func answer(to action: String, expiration: String = "2099-01-01T00:00:00Z") -> String {
            """
            <\(action)Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><\(action)Result><Credentials>\
            <AccessKeyId>\(accessKey)</AccessKeyId><SecretAccessKey>\(secretKey)</SecretAccessKey>\
            <SessionToken>\(sessionToken)</SessionToken><Expiration>\(expiration)</Expiration></Credentials>\
            </\(action)Result></\(action)Response>
            """
        }
    }

    /// Makes a role that the server's user may assume, and that may do anything with buckets.
    ///
    /// - Returns: its ARN.
    package func role(_ name: String) throws -> String {
        func policy(_ rest: String) -> String {
            #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow",\#(rest)}]}"#
        }
        let trust = policy(#""Principal":{"AWS":["arn:aws:iam:::user/t"]},"Action":["sts:AssumeRole"]"#)
        let rights = policy(#""Action":["s3:*"],"Resource":"arn:aws:s3:::*""#)
        _ = try post(["Action=CreateRole", "RoleName=\(name)", "AssumeRolePolicyDocument=\(trust)"], to: "iam")
        _ = try post(
            ["Action=PutRolePolicy", "RoleName=\(name)", "PolicyName=all", "PolicyDocument=\(rights)"], to: "iam")
        return "arn:aws:iam:::role/\(name)"
    }

    /// Keys of a role, which curl's own signature asks the server for.
    package func temporaryKeys(of role: String) throws -> TemporaryKeys {
        let answer = try post(
            ["Action=AssumeRole", "Version=2011-06-15", "RoleArn=\(role)", "RoleSessionName=test"], to: "sts")
        func element(_ name: String) throws -> String {
            let parts = answer.components(separatedBy: "<\(name)>").dropFirst().first?.components(separatedBy: "</")
            guard let text = parts?.first else { throw FixtureError("no \(name) in \(answer)") }
            return text
        }
        return TemporaryKeys(
            accessKey: try element("AccessKeyId"), secretKey: try element("SecretAccessKey"),
            sessionToken: try element("SessionToken"))
    }

    private func post(_ fields: [String], to service: String) throws -> String {
        let output = try Command.run(
            [
                "curl", "--silent", "--show-error", "--fail-with-body", "--aws-sigv4", "aws:amz:us-east-1:\(service)",
                "--user", "\(accessKey):\(secretKey)",
            ] + fields.flatMap { ["--data-urlencode", $0] } + [endpoint + "/"])
        return String(decoding: output, as: UTF8.self)
    }
}
