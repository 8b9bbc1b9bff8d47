import Foundation
import GRDB
import RewardStore
import Testing

/// Opening the store's file: what is ours is opened, whatever else stands there is left as it is.
@Suite struct StoreFileTests {
    private func refusal(_ path: String) -> StoreError? {
        do throws(StoreError) {
            _ = try RewardStore(StoreSettings(path: path))
            return nil
        } catch {
            return error
        }
    }

    @Test func newFileIsReadableForItsOwnerOnly() throws {
        let folder = try StoreFolder()
        let store = try RewardStore(StoreSettings(path: folder.file))
        let mode = { (name: String) in
            try FileManager.default.attributesOfItem(atPath: name)[.posixPermissions] as? Int
        }
        #expect(try mode(folder.file) == 0o600)
        #expect(try mode(folder.file + "-wal") == 0o600)
        store.close()
        #expect(try folder.query("PRAGMA journal_mode", as: String.self) == ["wal"])
    }

    @Test func storeIsOpenedAgainWithWhatItHad() throws {
        let folder = try StoreFolder()
        let seed = try RewardStore(StoreSettings(path: folder.file)).nonceSeed
        #expect(try RewardStore(StoreSettings(path: folder.file)).nonceSeed == seed)
        #expect(try folder.query("SELECT count(*) FROM statuses", as: Int.self) == [19])
    }

    @Test func foreignFilesAreLeftAsTheyAre() throws {
        let folder = try StoreFolder()
        let text = Data("this is somebody's letter, and long enough to be read as a page\n".utf8)
        for content in [text, Data(repeating: 0xFF, count: 10_000)] {
            try content.write(to: URL(fileURLWithPath: folder.file))
            #expect(refusal(folder.file) == .foreign(path: folder.file))
            #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file)) == content)
        }
        try FileManager.default.removeItem(atPath: folder.file)
        try folder.execute("CREATE TABLE recipes (name)")
        #expect(refusal(folder.file) == .foreign(path: folder.file))
        #expect(try folder.query("SELECT count(*) FROM sqlite_master", as: Int.self) == [1])
    }

    @Test func whatIsNoFileIsRefused() throws {
        let folder = try StoreFolder()
        #expect(refusal(folder.path)?.message.contains("directory") == true)
        #expect(refusal(folder.path + "/no/store.db")?.message.contains("no such file") == true)
        #expect(mkfifo(folder.path + "/pipe", 0o600) == 0)
        #expect(refusal(folder.path + "/pipe")?.message.contains("not a regular file") == true)
    }

    @Test func damagedStoreIsAnError() throws {
        let folder = try StoreFolder()
        try RewardStore(StoreSettings(path: folder.file)).close()
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: folder.file))
        let end = try handle.seekToEnd()
        try handle.seek(toOffset: 100)
        try handle.write(contentsOf: Data(repeating: 0xA5, count: Int(end) - 100))
        try handle.close()
        let found = refusal(folder.file)
        #expect(found?.message.contains("damaged") == true, "\(String(describing: found))")
    }

    @Test func storeOfALaterVersionIsRefused() throws {
        let folder = try StoreFolder()
        try RewardStore(StoreSettings(path: folder.file)).close()
        try folder.execute("INSERT INTO grdb_migrations (identifier) VALUES ('99')")
        #expect(refusal(folder.file) == .newer(path: folder.file))
    }
}
