import Pages

/// The style sheet of all pages.
enum PageStyle {
    /// The policy of all pages: only this style sheet and the icon, and no scripts.
    static let policy = ContentSecurityPolicy(sheet: sheet, allowsDataImages: true)

    private static let sheet: HTML = """

        :root { color-scheme: light dark;
          --ground: #f3f1ec; --card: #fffdf9; --ink: #23262b; --soft: #62666e; --line: #e4e0d7; --well: #f4f1ea;
          --good: #1b7a55; --care: #93600a; --bad: #ab3a30; --plain: #62666e; --shade: rgb(60 50 30 / .09) }
        @media (prefers-color-scheme: dark) { :root {
          --ground: #15171a; --card: #1e2125; --ink: #e8e6e1; --soft: #a0a4ab; --line: #33373d; --well: #272b30;
          --good: #5cc99a; --care: #e3b15c; --bad: #f08a7e; --plain: #a0a4ab; --shade: rgb(0 0 0 / .35) } }
        * { box-sizing: border-box }
        body { margin: 0; min-height: 100vh; min-height: 100svh; padding: 1.5rem; display: flex;
          flex-direction: column; align-items: center; justify-content: center; gap: 1.5rem;
          background: var(--ground); color: var(--ink);
          font: 1.0625rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, Cantarell, "Noto Sans", sans-serif }
        main { width: 100%; max-width: 34rem; padding: 2.75rem 3rem 2.5rem; border: 1px solid var(--line);
          border-radius: 1.25rem; background: var(--card); box-shadow: 0 1.25rem 3rem -1rem var(--shade);
          overflow-wrap: anywhere }
        .good { --tone: var(--good) } .care { --tone: var(--care) } .bad { --tone: var(--bad) }
        .plain { --tone: var(--plain) }
        .sign { display: block; color: var(--tone) }
        h1 { margin: 1.25rem 0 .5rem; font-size: 1.75rem; line-height: 1.2; font-weight: 650;
          letter-spacing: -.015em; text-wrap: balance }
        p { margin: .75rem 0 0; color: var(--soft) }
        h1 + p { margin-top: 0 }
        .last { margin-top: 1.5rem; color: var(--ink) }
        dl { margin: 1.5rem 0 0; padding: 1.25rem 0 0; border-top: 1px solid var(--line); display: grid;
          grid-template-columns: max-content minmax(0, 1fr); gap: .75rem 1.5rem }
        dt { color: var(--soft) }
        dd { margin: 0 }
        dl ul { margin: 0; padding: 0; list-style: none; display: flex; flex-wrap: wrap; gap: .4rem }
        li { min-width: 0 }
        li code { display: inline-block; font-size: .8125em; padding: .25em .6em }
        code { font: .875em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
          padding: .15em .45em; border-radius: .4em; background: var(--well); color: var(--ink) }
        .missing code { background: none; outline: 1px dashed var(--line); outline-offset: -1px;
          color: var(--soft) }
        blockquote { margin: .75rem 0 0; padding: .75rem 1rem; border-left: 3px solid var(--tone);
          border-radius: 0 .5rem .5rem 0; background: var(--well) }
        footer { display: flex; align-items: center; gap: .6rem; max-width: 34rem; font-size: .875rem;
          line-height: 1.45; color: var(--soft) }
        footer p { margin: 0 } footer svg { flex: none }
        @media (max-width: 34rem) {
          body { padding: 1rem }
          main { padding: 2rem 1.5rem 1.75rem }
          dl { grid-template-columns: minmax(0, 1fr); gap: .25rem }
          dd + dt { margin-top: .75rem } }

        """
}
