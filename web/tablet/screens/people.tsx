/** Who uses the tablet: going on without a network, signing in with one. Also the locked screen. */
import { ArrowLeft, LogOut, UserRound } from "lucide-preact";
import { useState } from "preact/hooks";
import { Banner, Button, Field, LanguageButton } from "../../shared/parts";
import { NoAnswer, Refused, type Person } from "../../sync/tablet";
import { flushAll } from "../state/drafts";
import { people, persist, person, refresh, tablet } from "../state/field";
import { locked, unlock } from "../state/lock";
import { go, route } from "../state/route";
import { online, syncNow } from "../state/sync";
import { frame } from "../words/frame";
import { peopleWords } from "../words/people";
import { SealedWork } from "./sealed";

/** Full screen: nothing of anybody's work is to be seen here. */
export function People() {
  const t = peopleWords();
  const canGoBack = person.value !== null && !locked.value && route.value.screen === "people";
  return (
    <main class="alone">
      <div class="alone__card card stack">
        <div class="line spread">
          {canGoBack && (
            <a class="button button--quiet button--icon" href="#/" aria-label={frame().back}>
              <ArrowLeft size={24} class="mirrored" aria-hidden="true" />
            </a>
          )}
          <h1 class="grow">{locked.value ? t.lockedTitle : t.title}</h1>
          <LanguageButton />
        </div>
        {people.value.length > 0 && <Known />}
        <SignIn />
        <SealedWork />
      </div>
    </main>
  );
}

function entered(): void {
  unlock();
  if (route.value.screen === "people") go("#/");
}

function Known() {
  const t = peopleWords();
  async function goOn(who: Person): Promise<void> {
    flushAll();
    const another = who.id !== person.value?.id;
    if (another) await tablet().use(who.id);
    await refresh();
    // What somebody else had open is theirs.
    if (another) go("#/");
    entered();
  }
  async function signOut(who: Person): Promise<void> {
    flushAll();
    try {
      await tablet().signOut(who.id);
    } catch (error) {
      if (!(error instanceof NoAnswer || error instanceof Refused)) throw error;
    }
    await refresh();
  }
  return (
    <section class="stack" aria-labelledby="known">
      <h2 id="known">{t.known}</h2>
      <p class="muted">{t.knownHint}</p>
      <ul class="people">
        {people.value.map((who) => {
          return (
            <li key={who.id} class="line wrap">
              <Button look={who.id === person.value?.id ? "main" : "other"} large class="grow" icon={UserRound} data-testid="use-person" data-login={who.login} blocked={who.mayGoOn ? null : t.out} onClick={() => void goOn(who)}>
                {t.goOn(`\u2068${who.name}\u2069`)}
              </Button>
              {who.mayGoOn && !locked.value && (
                <Button look="quiet" class="button--icon" icon={LogOut} aria-label={t.signOut(`\u2068${who.name}\u2069`)} blocked={online.value || !who.signedIn ? null : t.signOutNeeds} data-testid="sign-out" data-login={who.login} onClick={() => void signOut(who)} />
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function SignIn() {
  const t = peopleWords();
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [said, setSaid] = useState<string | null>(null);
  const [working, setWorking] = useState(false);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (working) return;
    if (login.trim() === "" || password === "") return setSaid(t.missing);
    setWorking(true);
    setSaid(null);
    try {
      const before = person.value?.id;
      const found = await tablet().signIn(login.trim(), password);
      await refresh();
      if (before !== undefined && before !== found.id) go("#/");
      entered();
      void persist();
      void syncNow();
    } catch (error) {
      setSaid(why(error));
    } finally {
      setWorking(false);
    }
  }

  return (
    <form class="stack" onSubmit={(event) => void submit(event)} noValidate aria-labelledby="sign-in">
      <h2 id="sign-in">{t.signIn}</h2>
      {said !== null && <Banner tone="err" title={said} />}
      {online.value ? <p class="muted">{t.signInHint}</p> : <Banner tone="warn" title={t.offline} />}
      <Field label={t.login}>
        {(ids) => <input {...ids} class="input" dir="ltr" autocomplete="username" autocapitalize="none" spellcheck={false} data-testid="login" value={login} onInput={(event) => setLogin(event.currentTarget.value)} />}
      </Field>
      <Field label={t.password}>
        {(ids) => <input {...ids} class="input" dir="ltr" type="password" autocomplete="off" data-testid="password" value={password} onInput={(event) => setPassword(event.currentTarget.value)} />}
      </Field>
      <Button look="main" large type="submit" data-testid="sign-in-submit" aria-busy={working}>
        {working ? t.working : t.submit}
      </Button>
    </form>
  );
}

function why(problem: unknown): string {
  const t = peopleWords();
  if (problem instanceof NoAnswer) return t.noAnswer;
  if (!(problem instanceof Refused)) return t.other(String(problem));
  const said: Record<string, string> = { "wrong-password": t.wrong, "too-many-tries": t.tooMany, "device-revoked": t.revoked };
  return said[problem.code] ?? t.other(problem.detail);
}
