/** The original of a photo, as a file to keep: its bytes as the tablet took them. */
import { Download } from "lucide-preact";
import { useState } from "preact/hooks";
import { picture } from "../../shared/api";
import { Button } from "../../shared/parts";
import { save } from "../save";
import { photoWords } from "../words/photos";

/** `name`: its SHA-256, by which anybody can tell that the file is the one that was received. */
export function Original({ photo, name, title }: { photo: string; name: string; title: string }) {
  const said = photoWords();
  const [state, setState] = useState<"rest" | "asking" | "failed">("rest");
  const keep = async () => {
    if (state === "asking") return;
    setState("asking");
    try {
      const blob = await picture(`/api/photos/${encodeURIComponent(photo)}?size=original`);
      save(blob, `${name}${ENDINGS[blob.type] ?? ""}`);
      setState("rest");
    } catch {
      setState("failed");
    }
  };
  return (
    <>
      <Button look="quiet" icon={Download} onClick={() => void keep()} aria-busy={state === "asking"} aria-label={said.saveOf(title)} data-testid="original">
        {said.save}
      </Button>
      {state === "failed" && (
        <span class="muted" role="alert">
          {said.notSaved}
        </span>
      )}
    </>
  );
}

const ENDINGS: Readonly<Record<string, string>> = { "image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "image/heic": ".heic" };
