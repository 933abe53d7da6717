/** The sync meter: has my work arrived? Icon, one sentence, a bar, three counts. It never scrolls away. */
import { Building2, Hand, TabletSmartphone, type LucideIcon } from "lucide-preact";
import { words } from "./words";

const t = words(
  { office: "at the office", here: "only here", need: "need you" },
  { office: "دفتر میں", here: "صرف یہاں", need: "آپ کے منتظر" },
);

export interface MeterProps {
  readonly icon: LucideIcon;
  readonly tone: "ok" | "warn" | "err" | "accent";
  readonly title: string;
  readonly detail?: string | undefined;
  readonly atOffice: number;
  readonly onlyHere: number;
  readonly needYou: number;
  /** Nothing may be switched off now: the border turns red. */
  readonly stop?: boolean;
  readonly onOpen?: () => void;
}

export function Meter(props: MeterProps) {
  const said = t();
  const Icon = props.icon;
  const counts = [
    { key: "office", number: props.atOffice, label: said.office, icon: Building2 },
    { key: "here", number: props.onlyHere, label: said.here, icon: TabletSmartphone },
    { key: "need", number: props.needYou, label: said.need, icon: Hand },
  ];
  return (
    <button type="button" class={`meter${props.stop ? " meter--stop" : ""}`} onClick={props.onOpen} data-testid="meter">
      <span class={`meter__icon chip--${props.tone}`}>
        <Icon size={20} aria-hidden="true" />
      </span>
      <span class="grow" role="status">
        <span class="meter__words">
          <b>{props.title}</b> {props.detail}
        </span>
        <span class="meter__bar" aria-hidden="true">
          <i style={{ flexGrow: props.atOffice }} />
          <i style={{ flexGrow: props.onlyHere }} />
        </span>
      </span>
      {counts.map(({ key, number, label, icon: Small }) => (
        <span key={key} class={`meter__count${key === "need" && number > 0 ? " meter__count--need" : ""}`} data-count={key}>
          <b>{number}</b>
          <span>
            <Small size={12} aria-hidden="true" /> {label}
          </span>
        </span>
      ))}
    </button>
  );
}
