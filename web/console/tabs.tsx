/** The way between the parts of one room. */
import type { LucideIcon } from "lucide-preact";
import { Link } from "./router";

export interface Tab {
  readonly id: string;
  readonly label: string;
  readonly to: string;
  readonly icon: LucideIcon;
}

/** `here`: the part that is open. Each bears the test id "ROOM-PART". */
export function Tabs({ room, label, tabs, here }: { room: string; label: string; tabs: readonly Tab[]; here: string }) {
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map(({ id, label: name, to, icon: Icon }) => (
        <Link key={id} to={to} class="tab" aria-current={id === here ? "page" : undefined} data-testid={`${room}-${id}`}>
          <Icon size={16} aria-hidden="true" />
          {name}
        </Link>
      ))}
    </nav>
  );
}
