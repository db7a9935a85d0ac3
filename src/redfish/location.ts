/** Where something is, by the name of its place. */
export function locationOf(place: string | undefined) {
  return place === undefined ? {} : { Location: { PartLocation: { ServiceLabel: place, LocationType: 'Slot' } } }
}
