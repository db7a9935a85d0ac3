/** As the station's interface is called inside its own network. */
export const STATION_INTERFACE = 'lan'

/** What the script below is told, in its environment. */
export interface StationFacts {
  /** With prefix length. */
  readonly ADDRESS: string
  /** The same of IPv6; empty: none. */
  readonly ADDRESS6: string
  readonly MAC: string
  readonly MTU: string
  /** Where frames are passed on: a unix socket, escaped for QEMU's option lists. */
  readonly SOCKET: string
  /** The address without prefix length, and the port that is listened on there. */
  readonly HOST: string
  readonly PORT: string
  /** Programs. */
  readonly NODE: string
  readonly GIVER: string
  readonly DNSMASQ: string
  readonly QEMU: string
  /** dnsmasq's configuration. */
  readonly CONF: string
}

/**
 * What runs in the station's own network, as the first process of its own process namespace: with it, all that it started ends.
 * Standard input holds it: its end is ours, and a line on it is a SIGHUP for dnsmasq. Descriptor 3 is Node's channel to its parent, for
 * the program that gives us the listener. A QEMU without a machine carries frames between the tap and our socket.
 */
export const stationScript = `set -e
step='ip link set lo up'
trap 'status=$?; [ -z "$step" ] || echo "failed: $step" >&2; exit $status' EXIT
exec 4<&0
ip link set dev lo up
step='ip tuntap add'
ip tuntap add dev ${STATION_INTERFACE} mode tap
step='ip address add'
ip link set dev ${STATION_INTERFACE} address "$MAC" mtu "$MTU" up
ip address add "$ADDRESS" dev ${STATION_INTERFACE}
[ -z "$ADDRESS6" ] || ip address add "$ADDRESS6" dev ${STATION_INTERFACE} nodad
step=
"$DNSMASQ" --no-daemon --user=root --conf-file="$CONF" 3<&- 4<&- &
server=$!
{
  status=0
  "$QEMU" -nodefaults -no-user-config -display none -machine none \\
    -netdev "tap,id=tap,ifname=${STATION_INTERFACE},script=no,downscript=no" \\
    -netdev "stream,id=far,server=off,addr.type=unix,addr.path=$SOCKET" \\
    -netdev hubport,hubid=0,id=port0,netdev=tap -netdev hubport,hubid=0,id=port1,netdev=far || status=$?
  echo "the relay of frames ended ($status)" >&2
  kill "$server"
} 3<&- 4<&- &
{ while read -r _; do kill -HUP "$server"; done <&4; kill "$server"; } 3<&- &
exec 4<&-
"$NODE" "$GIVER" "$HOST" "$PORT"
exec 3<&-
wait "$server"
`
