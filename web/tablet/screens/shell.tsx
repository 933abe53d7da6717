/** What is around every screen: navigation, title, the meter that never scrolls away, banners. */
import { ArrowLeft, CalendarDays, Camera, CircleArrowUp, ClockAlert, HardDrive, Inbox, LockKeyhole, ShieldAlert, SunMoon, TriangleAlert, type LucideIcon } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { Banner, Button, LanguageButton } from "../../shared/parts";
import { nextTheme } from "../../shared/theme";
import { lengthOf } from "../logic/clock";
import { draftsOpen, unsaved } from "../state/drafts";
import { clockOffMs, person, status } from "../state/field";
import { lock } from "../state/lock";
import { go, route } from "../state/route";
import { updateReady, useUpdate } from "../state/update";
import { frame } from "../words/frame";
import { sealedWords } from "../words/sealed";
import { SyncMeter } from "./sync_meter";
import { Unserved } from "./unserved";

interface ShellProps {
  readonly title: ComponentChildren;
  readonly sub?: ComponentChildren;
  /** Where the back arrow leads; a screen that has one shows no navigation. */
  readonly back?: string;
  /** What stands beside the meter: the one main action of the screen. */
  readonly action?: ComponentChildren;
  readonly tabs?: ComponentChildren;
  readonly children: ComponentChildren;
  /** What the main part is laid out as. */
  readonly layout?: "page" | "split" | "full";
}

/** A screen of somebody who is signed in. */
export function Shell({ title, sub, back, action, tabs, children, layout = "page" }: ShellProps) {
  const said = frame();
  return (
    <div class={`shell${back ? " shell--bare" : ""}`}>
      {!back && <Navigation />}
      <header class="top">
        <div class="top__title">
          {back && (
            <a class="button button--quiet button--icon" href={back} aria-label={said.back} data-testid="back">
              <ArrowLeft size={24} class="mirrored" aria-hidden="true" />
            </a>
          )}
          <div class="grow">
            <h1>{title}</h1>
            {sub && <p class="top__sub">{sub}</p>}
          </div>
        </div>
        <div class="top__meter">
          <SyncMeter />
        </div>
        {action}
        {!back && <Tools />}
        {tabs}
      </header>
      <main class={`main main--${layout}`} id="main" tabIndex={-1}>
        <Banners />
        {children}
      </main>
    </div>
  );
}

const SCREENS: readonly { name: "today" | "photos" | "arrivals"; href: string; icon: LucideIcon }[] = [
  { name: "today", href: "#/", icon: CalendarDays },
  { name: "photos", href: "#/photos", icon: Camera },
  { name: "arrivals", href: "#/arrivals", icon: Inbox },
];

function Navigation() {
  const said = frame();
  const now = route.value.screen;
  return (
    <nav class="rail" aria-label={said.navigation}>
      {SCREENS.map(({ name, href, icon: Icon }) => (
        <a key={name} href={href} aria-current={now === name ? "page" : undefined} data-testid={`nav-${name}`}>
          <Icon size={24} aria-hidden="true" />
          {said[name]}
        </a>
      ))}
      <button type="button" class="rail__end" onClick={lock} data-testid="lock">
        <LockKeyhole size={24} aria-hidden="true" />
        {said.lock}
      </button>
    </nav>
  );
}

function Tools() {
  const said = frame();
  return (
    <div class="top__tools">
      <LanguageButton />
      <Button look="quiet" class="button--icon" icon={SunMoon} aria-label={said.theme} onClick={nextTheme} />
    </div>
  );
}

/** How long that is, in the largest unit that fits. */
function lengthWords(ms: number): string {
  const { unit, count } = lengthOf(ms);
  return frame()[unit](count);
}

function Banners() {
  const said = frame();
  const found = status.value;
  const signIn = (person.value !== null && !person.value.signedIn) || (found?.signIn ?? null) !== null;
  const off = clockOffMs.value;
  return (
    <>
      {off !== null && (
        <Banner tone="warn" icon={ClockAlert} title={<span data-testid="clock-wrong">{said.clockWrong(lengthWords(off))}</span>}>
          {said.clockWrongDo}
        </Banner>
      )}
      {unsaved.value && (
        <Banner tone="err" icon={TriangleAlert} title={said.notKept}>
          {said.notKeptDo}
        </Banner>
      )}
      {signIn && (
        <Banner tone="warn" title={said.signAgain} action={<Button onClick={() => go("#/people")}>{said.signIn}</Button>}>
          {said.signAgainWhy}
        </Banner>
      )}
      {found?.copied === true && (
        <Banner tone="warn" icon={ShieldAlert} title={<span data-testid="copied">{sealedWords().copied}</span>}>
          {sealedWords().copiedDo}
        </Banner>
      )}
      {(found?.alarms ?? 0) > 0 && (
        <Banner tone="warn" icon={HardDrive} title={said.alarm}>
          {said.alarmDo}
        </Banner>
      )}
      <Unserved />
      {updateReady.value && found?.unserved !== "app-too-old" && (
        <Banner icon={CircleArrowUp} title={said.updateReady} action={draftsOpen.value.size === 0 && <Button onClick={() => void useUpdate()}>{said.useNow}</Button>}>
          {draftsOpen.value.size === 0 ? said.updateFree : said.updateWaits}
        </Banner>
      )}
    </>
  );
}
