// Time zones to choose from.

/** Every IANA zone the browser knows, UTC among them. */
export function knownZones(): readonly string[] {
  const zones = Intl.supportedValuesOf("timeZone");
  return zones.includes("UTC") ? zones : ["UTC", ...zones];
}
