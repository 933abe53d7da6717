/** The photos of a report, each with its picture as soon as that has come. */
import { ImageOff } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import type { PhotoShown } from "../../shared/wire.gen";
import { picture } from "../../shared/api";
import { Link, recordAddress } from "../router";
import { valueText } from "../values";
import { todayWords } from "../words/today";

export function Photos({ photos }: { photos: readonly PhotoShown[] }) {
  const said = todayWords();
  if (photos.length === 0) return <p class="muted pane__foot">{said.noPhotos}</p>;
  return (
    <ul class="pictures">
      {photos.map((photo) => (
        <li key={photo.id} data-testid="photo-shown" data-here={photo.here ? "yes" : "no"}>
          <Picture photo={photo} />
          <Link to={recordAddress(photo.id)}>
            <bdi>{titleOf(photo)}</bdi>
          </Link>
          <span class="muted">
            {valueText("photo", "taken_ms", photo.values.taken_ms)} · {valueText("photo", "size", photo.values.size)}
          </span>
          <span class="caption break" dir="ltr">
            {String(photo.values.sha256 ?? "")}
          </span>
        </li>
      ))}
    </ul>
  );
}

const titleOf = ({ values }: PhotoShown): string =>
  typeof values.caption === "string" && values.caption ? values.caption : valueText("photo", "purpose", values.purpose);

/** A picture; pressed, it is shown in the whole width. */
function Picture({ photo }: { photo: PhotoShown }) {
  const said = todayWords();
  const [large, setLarge] = useState(false);
  const found = usePicture(photo);
  if (!photo.here || found === null) {
    return (
      <span class="pictures__none">
        <ImageOff size={20} aria-hidden="true" />
        {photo.here ? said.noSuchPicture : said.noPhotoPlace}
      </span>
    );
  }
  if (found === undefined) return <span class="pictures__none" role="status" aria-label={said.photos} />;
  return (
    <button type="button" class="pictures__open" aria-expanded={large} aria-label={said.enlarge(titleOf(photo))} onClick={() => setLarge(!large)}>
      <img class={large ? "pictures__large" : "pictures__small"} src={found} alt={titleOf(photo)} />
    </button>
  );
}

/** The picture's address within this page; undefined before it came, null where it cannot be shown. */
function usePicture(photo: PhotoShown): string | null | undefined {
  const [found, setFound] = useState<string | null | undefined>(undefined);
  useEffect(() => {
    if (!photo.here) return undefined;
    let address: string | null = null;
    let stale = false;
    picture(`/api/photos/${encodeURIComponent(photo.id)}`).then(
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
    };
  }, [photo.id, photo.here]);
  return found;
}
