/** What stops everything: another window, a store that does not open, a fork, a revocation. Work is always kept. */
import { AppWindow, CircleAlert, ShieldAlert } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { Button, LanguageButton, Loading } from "../../shared/parts";
import { status } from "../state/field";
import { stops } from "../words/frame";
import { EnrolForm } from "./enrol";
import { SealedWork } from "./sealed";

function Alone({ icon: Icon, title, children }: { icon: typeof AppWindow; title: string; children: ComponentChildren }) {
  return (
    <main class="alone">
      <div class="alone__card card stack">
        <div class="line">
          <Icon size={28} aria-hidden="true" />
          <h1 class="grow">{title}</h1>
          <LanguageButton />
        </div>
        {children}
      </div>
    </main>
  );
}

export function Opening() {
  return (
    <main class="alone">
      <h1 class="visually-hidden">Field</h1>
      <Loading />
    </main>
  );
}

export function Elsewhere() {
  const t = stops();
  return (
    <Alone icon={AppWindow} title={t.elsewhere}>
      <p data-testid="elsewhere">{t.elsewhereDo}</p>
      <Button look="main" large onClick={() => location.reload()}>
        {t.tryAgain}
      </Button>
    </Alone>
  );
}

export function Broken() {
  const t = stops();
  return (
    <Alone icon={CircleAlert} title={t.broken}>
      <p data-testid="broken">{t.brokenDo}</p>
      <Button look="main" large onClick={() => location.reload()}>
        {t.tryAgain}
      </Button>
    </Alone>
  );
}

/** A screen whose code did not come: a new version took its place while there was no network. */
export function NotLoaded() {
  const t = stops();
  return (
    <Alone icon={CircleAlert} title={t.notLoaded}>
      <p>{t.notLoadedDo}</p>
      <Button look="main" large onClick={() => location.reload()}>
        {t.tryAgain}
      </Button>
    </Alone>
  );
}

/** A fork or a revocation: what happened, that work is kept, and the way on by a new code. */
export function Stopped({ by }: { by: "fork" | "revocation" }) {
  const t = stops();
  const count = status.value?.onlyHere ?? 0;
  const fork = by === "fork";
  return (
    <Alone icon={ShieldAlert} title={fork ? t.forked : t.revoked}>
      <p data-testid={fork ? "forked" : "revoked"}>{fork ? t.forkedWhy : t.revokedWhy}</p>
      <p>{fork ? t.forkedKept : t.revokedKept}</p>
      {count > 0 && <p class="strong">{t.keptHere(count)}</p>}
      <p>{t.askSupervisor}</p>
      <EnrolForm again />
      <SealedWork />
    </Alone>
  );
}
