/** The meter with the sentence that the tablet's state asks for. It opens the arrivals. */
import { CircleCheck, CloudOff, Hand, HardDrive, RefreshCw, TriangleAlert, type LucideIcon } from "lucide-preact";
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { clock } from "../../shared/format";
import { Meter, type MeterProps } from "../../shared/meter";
import { ltr } from "../../shared/words";
import type { Status } from "../../sync/tablet";
import { type MeterState, meterState } from "../logic/meter";
import { minutes } from "../logic/schedule";
import { unsaved } from "../state/drafts";
import { people, person, status, useAsked } from "../state/field";
import { go } from "../state/route";
import { isOf } from "../state/subject";
import { online, retryAtMs, syncing, toSend } from "../state/sync";
import { meterWords } from "../words/frame";

const MINUTE_MS = 20_000;
/** The time as far as waiting is shown; goes on by itself. */
const nowMs = signal(Date.now());

const EMPTY: Status = {
  atOffice: 0, onlyHere: 0, attention: 0, forked: false, revoked: false, copied: false, wiped: null, alarms: 0, captured: 0, oldestHereMs: null, photosHere: { count: 0, bytes: 0, refused: [] }, signIn: null, lastSyncMs: null, problem: null, unserved: null,
};

/** How many open disputes have a side that one of this tablet's people wrote. */
function useOpenConflicts(): number {
  const mine = new Set(people.value.map(({ id }) => id));
  return useAsked(async (from) => (await from.conflicts()).filter((each) => isOf(each, mine)).length, "conflicts") ?? 0;
}

export function SyncMeter() {
  const found = status.value ?? EMPTY;
  const needYou = found.attention + useOpenConflicts();
  useEffect(() => {
    const timer = setInterval(() => (nowMs.value = Date.now()), MINUTE_MS);
    return () => clearInterval(timer);
  }, []);
  const retryMs = retryAtMs.value === null ? null : Math.max(0, retryAtMs.value - Math.max(nowMs.value, Date.now()));
  const state = meterState(found, {
    online: online.value,
    syncing: syncing.value,
    toSend: toSend.value,
    unsaved: unsaved.value,
    retryMs,
    needYou,
    signedIn: person.value?.signedIn ?? true,
  });
  const { atOffice, onlyHere } = found;
  return <Meter {...said(state)} atOffice={atOffice} onlyHere={onlyHere} needYou={needYou} stop={state.is === "keep-on"} onOpen={() => go("#/arrivals")} />;
}

type Sentence = Pick<MeterProps, "icon" | "tone" | "title" | "detail">;

function said(state: MeterState): Sentence {
  const t = meterWords();
  const sentence = (icon: LucideIcon, tone: MeterProps["tone"], title: string, detail: string): Sentence => ({ icon, tone, title, detail });
  switch (state.is) {
    case "keep-on":
      return sentence(TriangleAlert, "err", t.keepOn, t.keepOnDetail);
    case "needs-you":
      return sentence(Hand, "warn", t.needsYou(state.count), t.needsYouDetail);
    case "sending":
      return sentence(RefreshCw, "accent", t.sending(state.sent, state.of), t.sendingDetail);
    case "sign-in":
      return sentence(HardDrive, "warn", t.signIn, t.signInDetail);
    case "no-answer":
      return sentence(CloudOff, "warn", t.noAnswer, state.retryMs === null ? "" : t.retry(minutes(state.retryMs)));
    case "refused":
      return sentence(CloudOff, "warn", t.refused, "");
    case "safe":
      return sentence(HardDrive, "ok", t.safe, state.sinceMs === null ? t.safeNever : t.safeSince(ltr(clock(state.sinceMs))));
    case "all-there":
      return state.checkedMs === null
        ? sentence(HardDrive, "ok", t.beginning, "")
        : sentence(CircleCheck, "ok", t.allThere, t.checked(ltr(clock(state.checkedMs))));
  }
}
