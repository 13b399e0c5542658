import { allocateCidrs, formatCidr, parseCidr } from '@ml-platform/conventions';

export interface ZoneSubnets {
  readonly zone: string;
  /** Half of what the zone has: tasks and jobs take an address each. */
  readonly privateCidr: string;
  /** A sixteenth: load balancers and gateways. */
  readonly publicCidr: string;
}

/** Four zones have room, though at most three are used: what is added later moves nothing. */
const ZONE_BITS = 2;
const PRIVATE_BITS = 1;
const PUBLIC_BITS = 4;

/** Where the subnets of each zone are, whether there are public ones or not. */
export function planSubnets(cidr: string, zones: readonly string[]): ZoneSubnets[] {
  const block = parseCidr(cidr);
  const zonePrefix = block.prefix + ZONE_BITS;
  const blocks = allocateCidrs(
    block,
    zones.map(() => zonePrefix),
  );
  return blocks.map((zoneBlock, index) => {
    const [forPrivate, forPublic] = allocateCidrs(zoneBlock, [zonePrefix + PRIVATE_BITS, zonePrefix + PUBLIC_BITS]);
    if (!forPrivate || !forPublic) throw new Error('two blocks were asked for');
    return { zone: zones[index] ?? '', privateCidr: formatCidr(forPrivate), publicCidr: formatCidr(forPublic) };
  });
}
