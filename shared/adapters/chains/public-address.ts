import { BlockList, isIP } from 'node:net';

/** Networks that are nobody's on the Internet: our own, the cloud's metadata, documentation, or ways to spell IPv4. */
const reserved = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24'],
  ...['203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
  ...['::/96', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '2001::/23', '2001:db8::/32', '2002::/16'],
  ...['fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8'],
];

const blocked = new BlockList();
for (const network of reserved) {
  const [address = '', prefix] = network.split('/');
  blocked.addSubnet(address, Number(prefix), isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** Whether an IP address is one of the public Internet. IPv4 in IPv6's clothes (`::ffff:`) is looked at as IPv4. */
export const isPublicAddress = (address: string): boolean =>
  !blocked.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
