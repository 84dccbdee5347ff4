import Testing
import Text

struct PathSpecifierTests {
    private let specifiers = PathSpecifiers(runtimeFolder: "/run/user/7", home: "/home/anna", user: 7)

    @Test(arguments: [
        ("/a/b", "/a/b"), ("%t/a", "/run/user/7/a"), ("%h/a", "/home/anna/a"), ("~/a", "/home/anna/a"),
        ("/run/%U/a-%U", "/run/7/a-7"), ("%t/%U", "/run/user/7/7"), ("%h/%U", "/home/anna/7"),
        ("~/%U/x", "/home/anna/7/x"),
        ("/a/%t/~/b", "/a/%t/~/b"),
    ])
    func `specifiers are replaced`(_ path: String, _ expanded: String) {
        #expect(specifiers.expand(path) == expanded)
    }

    @Test func `a path in a folder that isn't known, or is relative, can't be expanded`() {
        for (runtime, home) in [(nil, nil), ("run", "home")] as [(String?, String?)] {
            let specifiers = PathSpecifiers(runtimeFolder: runtime, home: home, user: 0)
            for path in ["%t/a", "%h/a", "~/a"] { #expect(specifiers.expand(path) == nil) }
            #expect(specifiers.expand("/a%U") == "/a0")
        }
    }

    @Test func `absolute paths, and those of the runtime folder, are told by their beginning`() {
        for path in ["/a", "~/a", "%h/a", "%t/a"] {
            #expect(PathSpecifiers.isAbsolute(path))
            #expect(PathSpecifiers.isOfRuntimeFolder(path) == path.hasPrefix("%t"))
        }
        for path in ["a", "~a", "%ta", "%U/a", "", "./a"] { #expect(!PathSpecifiers.isAbsolute(path)) }
    }

    @Test(arguments: [
        ("/a", nil), ("%t/%U", nil), ("%h/a%U%U", nil), ("~/a", nil), ("/a/%t/b", "%t"), ("%t/%h", "%h"), ("/%u", "%u"),
        ("/100%", "%"), ("/%%", "%%"), ("/%U%x", "%x"),
    ])
    func `what isn't a specifier is found`(_ path: String, _ unknown: String?) {
        #expect(PathSpecifiers.firstUnknown(in: path) == unknown)
    }
}
