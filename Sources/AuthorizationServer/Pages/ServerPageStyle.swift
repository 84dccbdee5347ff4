import Pages

/// The style sheet of all pages.
enum ServerPageStyle {
    /// The script that submits the only form of a page.
    static let submit: HTML = "document.forms[0].submit()"

    static let sheet: HTML = """
        :root{color-scheme:light dark;--ground:#f4f5f7;--card:#fff;--text:#1c2430;--quiet:#5b6675;--line:#cdd4dd;\
        --main:#1f5fbf;--on-main:#fff;--alert:#a4262c}
        @media (prefers-color-scheme:dark){:root{--ground:#12161c;--card:#1c222b;--text:#e7ebf0;--quiet:#a3afbd;\
        --line:#3b4653;--main:#7db1f7;--on-main:#0b1a2e;--alert:#ff9a9e}}
        *{box-sizing:border-box}
        body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1rem;background:var(--ground);\
        color:var(--text);font:1rem/1.5 system-ui,sans-serif}
        main{width:100%;max-width:26rem;padding:2rem;background:var(--card);border:1px solid var(--line);\
        border-radius:.75rem;overflow-wrap:anywhere}
        h1{margin:0 0 .5rem;font-size:1.5rem;line-height:1.25}
        p{margin:0 0 1rem}
        ul{margin:0 0 1.25rem;padding:0;list-style:none;border:1px solid var(--line);border-radius:.5rem}
        li{padding:.625rem .875rem}
        li+li{border-top:1px solid var(--line)}
        small,.hint{color:var(--quiet);font-size:.9rem}
        .hint{margin:1.25rem 0 0}
        ul+.hint{margin:0 0 1.25rem}
        code{font:.95em ui-monospace,monospace}
        label{display:block;margin:.75rem 0 .25rem;font-weight:600}
        input{width:100%;padding:.625rem .75rem;font:inherit;color:inherit;background:transparent;\
        border:1px solid var(--line);border-radius:.5rem}
        input.code{font-family:ui-monospace,monospace;letter-spacing:.1em;text-transform:uppercase}
        button{width:100%;margin-top:1.25rem;padding:.7rem 1rem;font:inherit;font-weight:600;color:inherit;\
        background:transparent;border:1px solid var(--line);border-radius:.5rem;cursor:pointer}
        button.main{color:var(--on-main);background:var(--main);border-color:var(--main)}
        .choice{display:flex;gap:.75rem}
        .choice button{margin-top:0}
        :focus-visible{outline:3px solid var(--main);outline-offset:2px}
        .alert{color:var(--alert);font-weight:600}
        a{color:var(--main)}
        """
}
