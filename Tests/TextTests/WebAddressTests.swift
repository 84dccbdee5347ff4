import Testing
import Text

struct WebAddressTests {
    @Test(arguments: [
        "http://127.0.0.1:4711/abc", "https://as.example/authorize?a=b&c=%20d#e", "HTTPS://AS.EXAMPLE",
        "http://[::1]:1/",
    ])
    func `an absolute http or https URL is the address of a page`(text: String) {
        #expect(text.isWebAddress)
    }

    @Test(arguments: [
        "", "http", "http:", "http:/x", "http://", "https://", "--option=https://x.example", "-https://x.example",
        "file:///etc/passwd", "javascript:alert(1)", "httpx://x.example", "ftp://x.example", " https://x.example",
        "https://x.example/\u{1b}[31m", "https://x.example/a b", "https://x.example/\n", "https://x.example/\u{7f}",
        "https://m\u{fc}ller.example", "data:text/html,https://x.example", "x-http://x.example",
    ])
    func `nothing else is`(text: String) {
        #expect(!text.isWebAddress)
    }
}
