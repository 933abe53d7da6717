/** The photos of a report, each with its picture as soon as that has come and the office has opened it. */
import { ImageOff, Hourglass, TriangleAlert } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { PhotoRead, PhotoShown } from "../../shared/wire.gen";
import { picture } from "../../shared/api";
import { faultName } from "../../shared/faults";
import { ltr } from "../../shared/words";
import { Link, recordAddress } from "../router";
import { valueText } from "../values";
import { photoWords } from "../words/photos";
import { todayWords } from "../words/today";
import { Original } from "./original";
import { AboutPhoto } from "./remarks";

export function Photos({ report, photos }: { report: string; photos: readonly PhotoShown[] }) {
  const said = todayWords();
  if (photos.length === 0) return <p class="muted pane__foot">{said.noPhotos}</p>;
  return (
    <ul class="pictures">
      {photos.map((photo) => (
        <li key={photo.id} data-testid="photo-shown" data-here={photo.here ? "yes" : "no"} data-opened={photo.opened?.state}>
          <Place photo={photo} />
          <Link to={recordAddress(photo.id)}>
            <bdi>{titleOf(photo)}</bdi>
          </Link>
          <span class="muted">
            {valueText("photo", "taken_ms", photo.values.taken_ms)} · {ltr(valueText("photo", "size", photo.values.size))}
            {photo.opened?.width && photo.opened.height && ` · ${ltr(photoWords().sides(String(photo.opened.width), String(photo.opened.height)))}`}
          </span>
          {photo.opened && <FileSays read={photo.opened} />}
          <AboutPhoto report={report} photo={photo.id} />
          <span class="caption break" dir="ltr">
            {String(photo.values.sha256 ?? "")}
          </span>
          {photo.here && (
            <span>
              <Original photo={photo.id} name={String(photo.values.sha256 ?? photo.id)} title={titleOf(photo)} />
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

const titleOf = ({ values }: PhotoShown): string =>
  typeof values.caption === "string" && values.caption ? values.caption : valueText("photo", "purpose", values.purpose);

/** What a file says of itself, and proves nothing. */
function FileSays({ read }: { read: PhotoRead }) {
  const said = photoWords();
  const place = read.lat == null || read.lon == null ? null : `${read.lat.toFixed(5)}, ${read.lon.toFixed(5)}`;
  const parts = [read.taken, place, read.model].filter((part): part is string => Boolean(part));
  if (parts.length === 0) return null;
  return (
    <span class="caption">
      {said.fileSays}: <bdi>{parts.map(ltr).join(" · ")}</bdi>
    </span>
  );
}

/** Where the picture is shown, or why it is not. */
function Place({ photo }: { photo: PhotoShown }) {
  const said = photoWords();
  if (!photo.here) return <None icon={<ImageOff size={20} aria-hidden="true" />}>{todayWords().noPhotoPlace}</None>;
  if (photo.opened?.state === "quarantined") {
    return (
      <None warn icon={<TriangleAlert size={20} aria-hidden="true" />}>
        <b>{said.notOpened}</b> {faultName(photo.opened.reason, photo.opened.why)}
      </None>
    );
  }
  if (photo.opened?.state === "waiting") return <None icon={<Hourglass size={20} aria-hidden="true" />}>{said.opening}</None>;
  return <Picture photo={photo} />;
}

function None({ icon, warn, children }: { icon: ComponentChildren; warn?: boolean; children: ComponentChildren }) {
  return (
    <span class={warn ? "pictures__none pictures__none--warn" : "pictures__none"} role="status">
      {icon}
      <span>{children}</span>
    </span>
  );
}

/** A picture; pressed, it is shown in the whole width. */
function Picture({ photo }: { photo: PhotoShown }) {
  const said = todayWords();
  const [large, setLarge] = useState(false);
  const small = usePicture(photo.id, "thumbnail", true);
  const screen = usePicture(photo.id, "screen", large);
  if (small === null || (large && screen === null)) return <None icon={<ImageOff size={20} aria-hidden="true" />}>{said.noSuchPicture}</None>;
  if (small === undefined) return <span class="pictures__none" role="status" aria-label={said.photos} />;
  return (
    <button type="button" class="pictures__open" aria-expanded={large} aria-label={said.enlarge(titleOf(photo))} onClick={() => setLarge(!large)}>
      <img class={large ? "pictures__large" : "pictures__small"} src={(large && screen) || small} alt={titleOf(photo)} />
    </button>
  );
}

/** The address of a picture's copy within this page; undefined before it came, null where it cannot be shown. */
function usePicture(photo: string, size: "thumbnail" | "screen", wanted: boolean): string | null | undefined {
  const [found, setFound] = useState<string | null | undefined>(undefined);
  useEffect(() => {
    if (!wanted) return undefined;
    let address: string | null = null;
    let stale = false;
    picture(`/api/photos/${encodeURIComponent(photo)}?size=${size}`).then(
      (blob) => {
        if (stale) return;
        address = blob.type.startsWith("image/") ? URL.createObjectURL(blob) : null;
        setFound(address);
      },
      () => stale || setFound(null),
    );
    return () => {
      stale = true;
      if (address !== null) URL.revokeObjectURL(address);
      setFound(undefined);
    };
  }, [photo, size, wanted]);
  return found;
}
