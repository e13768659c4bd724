/** Which of an account's cameras is meant by the settings. Pure. */

/** By its id where one is given; else by the name it has at Ring, or the only one there is. */
export function findCamera<Named extends { id: number; name: string }>(
  cameras: readonly Named[],
  { device, name }: { device?: string | undefined; name: string },
): Named | undefined {
  if (device) return cameras.find((camera) => String(camera.id) === device);
  const alike = cameras.find((camera) => camera.name.trim().toLowerCase() === name.trim().toLowerCase());
  return alike ?? (cameras.length === 1 ? cameras[0] : undefined);
}
