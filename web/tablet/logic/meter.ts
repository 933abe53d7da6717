/** What the sync meter says, in one word: the sentence is chosen from the words by it. */
import type { Status } from "../../sync/tablet";

export type MeterState =
  | { readonly is: "keep-on" }
  | { readonly is: "needs-you"; readonly count: number }
  | { readonly is: "sending"; readonly sent: number; readonly of: number }
  | { readonly is: "sign-in" }
  | { readonly is: "no-answer"; readonly retryMs: number | null }
  | { readonly is: "refused"; readonly detail: string }
  | { readonly is: "safe"; readonly sinceMs: number | null }
  | { readonly is: "all-there"; readonly checkedMs: number | null };

/** What is going on beside the stored status. */
export interface Now {
  readonly online: boolean;
  readonly syncing: boolean;
  /** How many entries were only here when this sync began. */
  readonly toSend: number;
  /** Something typed or photographed has not been written down for a while. */
  readonly unsaved: boolean;
  readonly retryMs: number | null;
  readonly needYou: number;
  readonly signedIn: boolean;
}

/** The meter's state: what endangers work first, then what needs a person, then how far the sending is. */
export function meterState(status: Status, now: Now): MeterState {
  if (now.unsaved) return { is: "keep-on" };
  if (now.syncing && now.toSend > 0) {
    const sent = Math.min(now.toSend, Math.max(0, now.toSend - status.onlyHere));
    return { is: "sending", sent, of: now.toSend };
  }
  if (!now.signedIn || status.signIn !== null) return { is: "sign-in" };
  if (!now.online) return status.onlyHere > 0 || now.needYou === 0 ? { is: "safe", sinceMs: status.lastSyncMs } : { is: "needs-you", count: now.needYou };
  if (status.problem !== null) {
    const { code, detail } = status.problem;
    return code === "no-answer" || code === "busy" ? { is: "no-answer", retryMs: now.retryMs } : { is: "refused", detail };
  }
  if (now.needYou > 0) return { is: "needs-you", count: now.needYou };
  return status.onlyHere > 0 ? { is: "safe", sinceMs: status.lastSyncMs } : { is: "all-there", checkedMs: status.lastSyncMs };
}
