import AmberlogTestKit
import StoreModel
import Testing

/// A real small volume is full: saves say so, reads go on, clearing gives room, and nothing is lost.
@Suite(.ownThreads) struct Case14_FullVolume {
    @Test(.enabled(if: Namespaces.areAllowed)) func `filled three times`() throws {
        let directory = try TemporaryDirectory()
        let child = try ChildProcess.unshared(
            "mount -t tmpfs -o size=12m tmpfs '\(directory.path)' && exec $PROGRAM fill '\(directory.path)'")
        let said = child.rest().joined(separator: "\n")
        #expect(said.hasPrefix("ok"), "\(said)")
    }
}
