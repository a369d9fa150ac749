internal import Model

extension SSHLog {
    /// The way that the log tells of: to a jump host first where there is one, all of which is the step `proxy`.
    func progress(to address: SSHAddress, through jump: SSHPlace?) -> StreamProgress {
        var progress = StreamProgress()
        var isAtJump = jump != nil
        var key = ""
        for (number, (stage, time)) in stages.enumerated() {
            switch stage {
            case .resolved(let number):
                progress.pass(.resolve, "\(EscapedName(number))", at: time, next: .connect)
            case .connected:
                progress.pass(.connect, "somebody listens", at: time, next: isAtJump ? .proxy : .hostKey)
            case .greeted: break
            case .presented(let type, let fingerprint): key = "\(EscapedName(type)) \(EscapedName(fingerprint))"
            case .trusted:
                if !isAtJump { progress.pass(.hostKey, key, at: time, next: .credentials) }
            case .admitted where isAtJump:
                // Whether it lets us through shows when the server behind it speaks.
                guard number + 1 < stages.count else { break }
                isAtJump = false
                progress.pass(.proxy, "through \(jump?.description ?? ""), \(key)", at: time, next: .hostKey)
            case .admitted:
                let user = address.user ?? "whoever runs this"
                progress.pass(.credentials, "logged in as \(user)", at: time, next: .repository)
            }
        }
        return progress
    }
}
