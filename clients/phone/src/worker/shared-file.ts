// A calendar file that another app shared with this one: kept by the worker until the page has read it.

const SHELF = "shared-files";
const PLACE = "/phone/shared-calendar";
/** Characters; the server takes no more. */
const MOST = 900_000;

/** The worker's part: keep the file, and lead to where it is shown. */
export async function takeShared(request: Request): Promise<Response> {
  const form = await request.formData();
  const given = form.get("calendar");
  const text = given instanceof File ? await given.text() : "";
  const shelf = await caches.open(SHELF);
  await shelf.put(PLACE, new Response(text.slice(0, MOST)));
  return Response.redirect("/phone/time-off?shared", 303);
}

/** The page's part: what was shared, once. */
export async function readShared(): Promise<string | null> {
  if (!("caches" in window)) return null;
  const shelf = await caches.open(SHELF);
  const kept = await shelf.match(PLACE);
  await shelf.delete(PLACE);
  return kept === undefined ? null : kept.text();
}
