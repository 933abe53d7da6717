"""Pages for people who meet the server in a browser: self-contained, and allowed to load nothing."""

import base64
import hashlib
from collections.abc import Mapping
from html import escape

from litestar import Response

STYLE = """
:root { color-scheme: light dark;
  --ink: #17212b; --soft: #5b6875; --line: #d9dfe5; --paper: #fbfaf7; --green: #0b6b4b; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8ecef; --soft: #9aa7b3; --line: #303a43; --paper: #12181d; --green: #57c79d; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 1.05rem/1.6 system-ui, "Segoe UI", "Noto Sans", "Noto Naskh Arabic", sans-serif; }
main { max-width: 44rem; margin: 0 auto; padding: 4rem 1.5rem 5rem; }
h1 { font-size: 2.2rem; line-height: 1.2; margin: 0 0 .5rem; letter-spacing: -.01em; }
h1 i { display: inline-block; width: .7em; height: .7em; margin-right: .3em; background: var(--green);
  border-radius: 50% 50% 50% 0; transform: rotate(-45deg); }
p.lead { font-size: 1.2rem; color: var(--soft); margin: 0 0 2.5rem; }
h2 { font-size: 1rem; margin: 2.5rem 0 .5rem; color: var(--soft); font-weight: 600; }
ul { list-style: none; margin: 0; padding: 0; border-top: 1px solid var(--line); }
li { padding: .7rem 0; border-bottom: 1px solid var(--line); }
a { color: var(--green); font-weight: 600; text-underline-offset: .2em; }
li span { display: block; color: var(--soft); font-size: .95rem; }
code, textarea { font: .95em ui-monospace, "DejaVu Sans Mono", monospace; }
textarea, button { padding: .7rem; border: 1px solid var(--soft); border-radius: 4px;
  background: none; color: inherit; }
textarea { width: 100%; text-transform: uppercase; }
button { font: inherit; font-weight: 600; }
""".strip()

_ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
    "%3Cpath fill='%230b6b4b' d='M8 1a5 5 0 0 0-5 5c0 4 5 9 5 9s5-5 5-9a5 5 0 0 0-5-5z'/%3E%3C/svg%3E"
)
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

SECURITY: Mapping[str, str] = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def page(title: str, body: str, status: int = 200, *, forms: bool = False) -> Response[str]:
    """A page. `body` is HTML: whatever was not written here must have been escaped.

    `forms`: something typed on it may be sent, to this server alone.
    """
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="icon" href="{_ICON}"><style>{STYLE}</style></head>'
        f"<body><main>{body}</main></body></html>"
    )
    headers = dict(SECURITY)
    if forms:
        policy = headers["Content-Security-Policy"]
        headers["Content-Security-Policy"] = policy.replace("form-action 'none'", "form-action 'self'")
    return Response(text, status_code=status, media_type="text/html", headers=headers)
