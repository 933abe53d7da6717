/** The frame around the rooms: bar, navigation, and the room that the address names. */
import { CircleUserRound, Flag, GitCompareArrows, LayoutDashboard, ListChecks, LibraryBig, Lock, LogOut, MapPinOff, PackageX, Radio, Scale, ScrollText, TabletSmartphone, TriangleAlert, UserSearch, UsersRound, type LucideIcon } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { session } from "../shared/api";
import { clockExact } from "../shared/format";
import { Button, Empty, LanguageButton, Loading, Num, Trouble } from "../shared/parts";
import type { Me } from "../shared/wire.gen";
import { useConflicts } from "./conflicts/list";
import { pulse, useAnswer } from "./data";
import { Mark } from "./mark";
import { MeContext, useMe, type Myself } from "./me";
import { useQuarantine } from "./quarantine/list";
import { usePhotosHeld } from "./quarantine/photos";
import { Rooms } from "./rooms-shown";
import { address, go, Link, parts } from "./router";
import { firstRoom, inForce, isOpen, roomAt, rolesOf, roomsOf, whose, type Role, type Room } from "./rooms";
import { signOut } from "./sign-in";
import { ThemeButton } from "./theme-button";
import { listed } from "./values";
import { roleNames, roomNames, shellWords } from "./words/shell";

const ICONS: Readonly<Record<Room, LucideIcon>> = { today: ListChecks, conflicts: GitCompareArrows, quarantine: PackageX, flags: Flag, leads: UserSearch, overview: LayoutDashboard, registry: LibraryBig, law: Scale, tablets: TabletSmartphone, people: UsersRound, trail: ScrollText, records: ListChecks };

/** Everything that somebody sees who is signed in. */
export function Shell() {
  const asked = useAnswer<Me>("/api/me");
  const said = shellWords();
  const me = asked.data && myself(asked.data);
  return (
    <MeContext.Provider value={me ?? null}>
      <a class="skip" href="#content">
        {said.toContent}
      </a>
      <Bar me={me} />
      <div class="frame">
        {me && <Navigation me={me} />}
        {me ? <Opened me={me} /> : <main id="content" class="room">{asked.problem ? <Trouble problem={asked.problem} again={asked.again} /> : <Loading />}</main>}
      </div>
    </MeContext.Provider>
  );
}

function myself(me: Me): Myself {
  const postings = inForce(me.postings, Date.now());
  return { person: me.person, name: me.name, postings, roles: rolesOf(postings) };
}

function Bar({ me }: { me: Myself | undefined }) {
  const said = shellWords();
  const roles = me && rolesNamed(me.roles);
  return (
    <header class="bar">
      <Mark />
      <span class="bar__end">
        <LastChange />
        <LanguageButton />
        <ThemeButton />
        <span class="bar__who">
          <CircleUserRound size={20} aria-hidden="true" />
          <span>
            <b>
              <bdi data-testid="who">{session.value?.name}</bdi>
            </b>
            {roles && <span class="bar__role">{roles}</span>}
          </span>
        </span>
        <Button look="quiet" icon={LogOut} onClick={signOut} data-testid="sign-out">
          {said.signOut}
        </Button>
      </span>
    </header>
  );
}

function LastChange() {
  const said = shellWords();
  const { answeredMs, changedMs, failing } = pulse.value;
  const Icon = failing ? TriangleAlert : Radio;
  const at = failing ? answeredMs : changedMs;
  return (
    <span class={`bar__live${failing ? " bar__live--failing" : ""}`} role="status">
      <Icon size={16} aria-hidden="true" />
      <span>
        {failing ? said.notLive : at ? said.live : said.notYet} {at > 0 && <Num>{clockExact(at)}</Num>}
      </span>
    </span>
  );
}

function Navigation({ me }: { me: Myself }) {
  const said = shellWords();
  const names = roomNames();
  const here = roomAt(parts.value);
  const rooms = roomsOf(me.roles);
  if (rooms.length === 0) return null;
  return (
    <nav class="rooms" aria-label={said.rooms}>
      {rooms.map((room) => {
        const Icon = ICONS[room];
        return (
          <Link key={room} to={address([room])} class="rooms__one" aria-current={room === here ? "page" : undefined} data-testid={`nav-${room}`}>
            <Icon size={18} aria-hidden="true" />
            <span class="grow">{names[room]}</span>
            {room === "conflicts" && <ConflictCount />}
            {room === "quarantine" && <HeldCount />}
          </Link>
        );
      })}
    </nav>
  );
}

function ConflictCount() {
  return <Count of={useConflicts().data?.length} />;
}

function HeldCount() {
  const entries = useQuarantine("quarantined").data?.length ?? 0;
  return <Count of={entries + (usePhotosHeld().data?.length ?? 0)} />;
}

function Count({ of }: { of: number | undefined }) {
  if (!of) return null;
  return (
    <span class="rooms__count">
      <Num>{of}</Num>
    </span>
  );
}

function Opened({ me }: { me: Myself }) {
  const room = roomAt(parts.value);
  const first = firstRoom(me.roles);
  const atDoor = parts.value.length === 0;
  const main = useRef<HTMLElement>(null);
  const before = useRef<Room | null>(null);
  useEffect(() => {
    if (atDoor && first) go(address([first]), true);
  }, [atDoor, first]);
  useEffect(() => {
    // Another room was opened: what reads aloud, and the keyboard, begin there.
    if (before.current && room && before.current !== room) main.current?.focus();
    before.current = room;
  }, [room]);
  useEffect(() => {
    document.title = `${room ? `${roomNames()[room]} · ` : ""}${shellWords().mark}`;
  });
  return (
    <main id="content" class="room" tabIndex={-1} ref={main}>
      {first === null && (atDoor || room === null || !isOpen(room, me.roles)) ? (
        <NoRoom me={me} />
      ) : atDoor ? null : room === null ? (
        <Unknown />
      ) : isOpen(room, me.roles) ? (
        <Rooms key={room} room={room} />
      ) : (
        <Closed room={room} />
      )}
    </main>
  );
}

function Told({ title, icon, children }: { title: string; icon: LucideIcon; children: ComponentChildren }) {
  return (
    <section class="told card">
      <h1 class="visually-hidden">{title}</h1>
      <Empty icon={icon} title={title} />
      <div class="told__more stack">{children}</div>
    </section>
  );
}

/** An address that names nothing. */
export function Unknown() {
  const said = shellWords();
  const { roles } = useMe();
  const first = firstRoom(roles);
  return (
    <Told title={said.unknownTitle} icon={MapPinOff}>
      <p>{said.unknown}</p>
      {first && <Link to={address([first])}>{said.unknownNext}</Link>}
    </Told>
  );
}

function Closed({ room }: { room: Room }) {
  const said = shellWords();
  return (
    <Told title={said.closedTitle(roomNames()[room])} icon={Lock}>
      <p>{said.closed(rolesNamed(whose(room)))}</p>
      <p class="muted">{said.closedNext}</p>
    </Told>
  );
}

function NoRoom({ me }: { me: Myself }) {
  const said = shellWords();
  const inspector = me.roles.includes("inspector");
  const why = inspector ? said.nobodyInspector : said.nobody;
  return (
    <Told title={said.nobodyTitle} icon={Lock}>
      <p data-testid="no-room">{why}</p>
      {inspector && <a href="/tablet/">{said.toTablet}</a>}
    </Told>
  );
}

function rolesNamed(roles: readonly Role[]): string {
  const names = roleNames();
  return listed(roles.map((role) => names[role]));
}
