/** The parts that both apps are made of. How each looks is in base.css. */
import { Ban, CircleAlert, CircleCheck, CloudOff, Languages, Lock, TriangleAlert, type LucideIcon } from "lucide-preact";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Problem } from "./api";
import { language, words } from "./words";

const t = words(
  {
    noAnswer: "The office did not answer.",
    noAnswerNext: "Nothing is lost. Try again when there is a connection.",
    notAllowed: "This room is not open to you.",
    wentWrong: "That did not work.",
    again: "Try again",
    otherLanguage: "اردو",
    loading: "Loading",
    toMend: "Please look at these entries",
  },
  {
    noAnswer: "دفتر سے جواب نہیں آیا۔",
    noAnswerNext: "کچھ ضائع نہیں ہوا۔ رابطہ ہونے پر دوبارہ کوشش کریں۔",
    notAllowed: "یہ حصہ آپ کے لیے نہیں ہے۔",
    wentWrong: "یہ نہیں ہو سکا۔",
    again: "دوبارہ کوشش کریں",
    otherLanguage: "English",
    loading: "آ رہا ہے",
    toMend: "ان اندراجات کو دیکھ لیں",
  },
);

interface ButtonProps extends Omit<JSX.ButtonHTMLAttributes<HTMLButtonElement>, "icon" | "disabled"> {
  readonly look?: "main" | "other" | "quiet";
  readonly large?: boolean;
  readonly icon?: LucideIcon;
  /** Why it cannot be pressed now: the control stays, with a lock and this reason. */
  readonly blocked?: string | null | false;
  readonly children?: ComponentChildren;
}

/** A button. `blocked` keeps it in place and says why it does nothing now. */
export function Button({ look = "other", large, icon: Icon, blocked, children, onClick, class: extra, ...rest }: ButtonProps) {
  const reason = useId();
  const classes = ["button", look !== "other" && `button--${look}`, large && "button--large", extra];
  const Shown = blocked ? Lock : Icon;
  return (
    <>
      <button
        type="button"
        {...rest}
        class={classes.filter(Boolean).join(" ")}
        aria-disabled={blocked ? "true" : undefined}
        aria-describedby={blocked ? reason : undefined}
        onClick={blocked ? (event) => event.preventDefault() : onClick}
      >
        {Shown && <Shown size={20} aria-hidden="true" />}
        {children}
      </button>
      {blocked && (
        <span class="caption" id={reason}>
          {blocked}
        </span>
      )}
    </>
  );
}

export type Tone = "ok" | "warn" | "err" | "accent" | "rest" | "plain";

/** A status: shape, then word, then colour. Never clickable. */
export function Chip(props: { tone?: Tone; icon: LucideIcon; small?: boolean; children: ComponentChildren }) {
  const { tone = "plain", icon: Icon, small, children } = props;
  return (
    <span class={`chip chip--${tone}${small ? " chip--small" : ""}`}>
      <Icon size={small ? 14 : 18} aria-hidden="true" />
      {children}
    </span>
  );
}

/** A message that stays: icon, bold first words, at most one action. */
export function Banner(props: { tone?: "plain" | "ok" | "warn" | "err"; icon?: LucideIcon; title: ComponentChildren; children?: ComponentChildren; action?: ComponentChildren }) {
  const { tone = "plain", title, children, action } = props;
  const Icon = props.icon ?? { plain: CircleAlert, ok: CircleCheck, warn: TriangleAlert, err: Ban }[tone];
  return (
    <div class={`banner banner--${tone}`} role={tone === "err" ? "alert" : "status"}>
      <Icon size={24} aria-hidden="true" />
      <div class="grow">
        <b>{title}</b> {children}
      </div>
      {action}
    </div>
  );
}

/** What went wrong, what follows, and the way to try again. */
export function Trouble({ problem, again }: { problem: unknown; again?: () => void }) {
  const said = t();
  const action = again && <Button onClick={again}>{said.again}</Button>;
  if (!(problem instanceof Problem) || problem.status === 0)
    return (
      <Banner tone="warn" icon={CloudOff} title={said.noAnswer} action={action}>
        {said.noAnswerNext}
      </Banner>
    );
  if (problem.status === 403)
    return (
      <Banner icon={Lock} title={said.notAllowed}>
        <bdi>{problem.detail}</bdi>
      </Banner>
    );
  return (
    <Banner tone="err" title={said.wentWrong} action={action}>
      <bdi>{problem.detail}</bdi>
    </Banner>
  );
}

/** Nothing here: says what comes next. */
export function Empty({ icon: Icon, title, children }: { icon: LucideIcon; title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <Icon size={24} aria-hidden="true" />
      <div>
        <b>{title}</b>
        {children && <p>{children}</p>}
      </div>
    </div>
  );
}

/** Grey bars, seen only where something takes longer than a moment. */
export function Loading() {
  return (
    <div class="loading" role="status" aria-label={t().loading}>
      <i />
      <i />
      <i />
    </div>
  );
}

interface FieldProps {
  readonly label: string;
  readonly hint?: ComponentChildren;
  readonly wrong?: string | null | undefined;
  /** The control's id, where something else leads to it. */
  readonly id?: string;
  readonly children: (ids: { id: string; "aria-describedby": string | undefined; "aria-invalid": boolean }) => ComponentChildren;
}

/** A labelled control, with a hint and what is wrong with the entry. */
export function Field({ label, hint, wrong, id: given, children }: FieldProps) {
  const made = useId();
  const id = given ?? made;
  const about = [hint ? `${id}-hint` : "", wrong ? `${id}-wrong` : ""].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint && (
        <span class="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {children({ id, "aria-describedby": about || undefined, "aria-invalid": Boolean(wrong) })}
      {wrong && (
        <span class="wrong" id={`${id}-wrong`}>
          <CircleAlert size={16} aria-hidden="true" />
          {wrong}
        </span>
      )}
    </div>
  );
}

/** One of a few, as buttons side by side. No answer yet is null: nothing is chosen beforehand. */
export function Choice<T extends string>(props: { label: string; value: T | null; options: readonly { value: T; label: string }[]; onChoose: (value: T) => void }) {
  return (
    <div class="choice" role="group" aria-label={props.label}>
      {props.options.map((option) => (
        <button type="button" key={option.value} aria-pressed={option.value === props.value} onClick={() => props.onChoose(option.value)}>
          {option.label}
        </button>
      ))}
    </div>
  );
}

/** A question before what cannot be undone. Escape and the backdrop mean `onClose`. */
export function Dialog(props: { title: string; open: boolean; onClose: () => void; children: ComponentChildren; actions: ComponentChildren }) {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = element.current;
    if (props.open && dialog && !dialog.open) dialog.showModal();
    if (!props.open) dialog?.close();
  }, [props.open]);
  return (
    <dialog ref={element} aria-labelledby={id} onCancel={props.onClose}>
      {props.open && (
        <div class="stack">
          <h2 id={id}>{props.title}</h2>
          <div>{props.children}</div>
          <div class="line wrap">{props.actions}</div>
        </div>
      )}
    </dialog>
  );
}

/** Everything that is wrong on a form, each line leading to its control. */
export function ErrorSummary({ found }: { found: readonly { id: string; words: string }[] }) {
  if (found.length === 0) return null;
  return (
    <div class="summary" role="alert" tabIndex={-1}>
      <h2>{t().toMend}</h2>
      <ul>
        {found.map((each) => (
          <li key={each.id}>
            <a href={`#${each.id}`} onClick={(event) => (event.preventDefault(), document.getElementById(each.id)?.focus())}>
              {each.words}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** English and Urdu: names the language that one would get. */
export function LanguageButton() {
  const other = language.value === "ur" ? "en" : "ur";
  return (
    <Button look="quiet" icon={Languages} lang={other} onClick={() => (language.value = other)}>
      {t().otherLanguage}
    </Button>
  );
}

/** A number, CNIC or code within a sentence, which reads from left to right in every language. */
export function Num({ children }: { children: ComponentChildren }) {
  return (
    <bdi dir="ltr" class="num">
      {children}
    </bdi>
  );
}
