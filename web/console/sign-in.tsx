/** Signing in: login and password, with the server's own words where they do not fit. */
import { LogIn } from "lucide-preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Problem, post, remember, session } from "../shared/api";
import { Banner, Button, Field, LanguageButton, Trouble } from "../shared/parts";
import type { SignedIn } from "../shared/wire.gen";
import { Mark } from "./mark";
import { address, go } from "./router";
import { ThemeButton } from "./theme-button";
import { shellWords } from "./words/shell";

/** `ended`: somebody was signed in until just now, without having signed out. */
export function SignIn({ ended }: { ended: boolean }) {
  const said = shellWords();
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  useEffect(() => {
    document.title = `${said.signInTitle} · ${said.mark}`;
  });

  const submit = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (busy || !login.trim() || !password) return;
    setBusy(true);
    setProblem(null);
    try {
      const who = await post<SignedIn>("/api/sign-in", { login: login.trim(), password });
      remember({ token: who.token, person: who.person, name: who.name, expiresMs: who.expires_ms });
    } catch (caught) {
      setProblem(caught);
      setPassword("");
      setTried(false);
      setBusy(false);
    }
  };

  return (
    <div class="entrance">
      <header class="line spread entrance__bar">
        <Mark />
        <span class="line">
          <LanguageButton />
          <ThemeButton />
        </span>
      </header>
      <main id="content" class="card entrance__card">
        <form class="stack" onSubmit={(event) => void submit(event)} noValidate>
          <div>
            <h1>{said.signInTitle}</h1>
            <p class="muted">{said.signInHint}</p>
          </div>
          {ended && !problem && <Banner title={said.ended} />}
          {problem instanceof Problem && problem.status > 0 ? (
            <div data-testid="sign-in-problem">
              <Banner tone="err" title={<bdi>{problem.detail}</bdi>} />
            </div>
          ) : (
            problem !== null && <Trouble problem={problem} />
          )}
          <Field label={said.login} wrong={tried && !login.trim() ? said.loginMissing : null}>
            {(ids) => (
              <input {...ids} ref={first} class="input" dir="ltr" autoComplete="username" autoCapitalize="none" spellcheck={false} data-testid="login" value={login} onInput={(event) => setLogin(event.currentTarget.value)} />
            )}
          </Field>
          <Field label={said.password} wrong={tried && !password ? said.passwordMissing : null}>
            {(ids) => (
              <input {...ids} class="input" dir="ltr" type="password" autoComplete="current-password" data-testid="password" value={password} onInput={(event) => setPassword(event.currentTarget.value)} />
            )}
          </Field>
          <Button look="main" type="submit" icon={LogIn} data-testid="sign-in-submit" aria-busy={busy}>
            {busy ? said.signingIn : said.signIn}
          </Button>
        </form>
      </main>
    </div>
  );
}

/** End this session here at once, and at the server as soon as it answers. */
export function signOut(): void {
  const going = session.peek();
  if (!going) return;
  // Asked before the token is forgotten; the server ends what it does not hear of by itself.
  void post("/api/sign-out", {}).catch(() => undefined);
  remember(null);
  // Whoever comes next begins in their own first room.
  go(address([]), true);
}
