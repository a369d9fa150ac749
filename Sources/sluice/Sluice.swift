import ArgumentParser
@main struct Sluice: ParsableCommand { mutating func run() {} }
