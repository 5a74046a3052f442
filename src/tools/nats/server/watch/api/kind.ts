// What a JetStream API subject asks for.
const kinds: readonly (readonly [pattern: RegExp, type: string])[] = [
  [/^INFO$/, 'account_info_request'],
  [/^STREAM\.CREATE\.[^.]+$/, 'stream_create_request'],
  [/^STREAM\.UPDATE\.[^.]+$/, 'stream_update_request'],
  [/^STREAM\.NAMES$/, 'stream_names_request'],
  [/^STREAM\.LIST$/, 'stream_list_request'],
  [/^STREAM\.INFO\.(?<stream>[^.]+)$/, 'stream_info_request'],
  [/^STREAM\.DELETE\.[^.]+$/, 'stream_delete_request'],
  [/^STREAM\.PURGE\.[^.]+$/, 'stream_purge_request'],
  [/^STREAM\.MSG\.GET\.[^.]+$/, 'stream_msg_get_request'],
  [/^STREAM\.MSG\.DELETE\.[^.]+$/, 'stream_msg_delete_request'],
  [/^STREAM\.SNAPSHOT\.[^.]+$/, 'stream_snapshot_request'],
  [/^STREAM\.RESTORE\.[^.]+$/, 'stream_restore_request'],
  [/^STREAM\.LEADER\.STEPDOWN\.[^.]+$/, 'stream_leader_stepdown_request'],
  [/^STREAM\.PEER\.REMOVE\.[^.]+$/, 'stream_remove_peer_request'],
  [/^CONSUMER\.(DURABLE\.)?CREATE\./, 'consumer_create_request'],
  [/^CONSUMER\.NAMES\.[^.]+$/, 'consumer_names_request'],
  [/^CONSUMER\.LIST\.[^.]+$/, 'consumer_list_request'],
  [/^CONSUMER\.INFO\.(?<stream>[^.]+)\.(?<consumer>[^.]+)$/, 'consumer_info_request'],
  [/^CONSUMER\.DELETE\.[^.]+\.[^.]+$/, 'consumer_delete_request'],
  [/^CONSUMER\.PAUSE\.[^.]+\.[^.]+$/, 'consumer_pause_request'],
  [/^CONSUMER\.UNPIN\.[^.]+\.[^.]+$/, 'consumer_unpin_request'],
  [/^CONSUMER\.MSG\.NEXT\.[^.]+\.[^.]+$/, 'consumer_getnext_request'],
  [/^CONSUMER\.LEADER\.STEPDOWN\./, 'consumer_leader_stepdown_request'],
  [/^META\.LEADER\.STEPDOWN$/, 'meta_leader_stepdown_request'],
  [/^SERVER\.REMOVE$/, 'meta_server_remove_request'],
];

/** The type of the request on a subject, and what it is about where that is told apart; undefined for others. */
export function requestKind(subject: string): { type: string; stream: string; consumer: string } | undefined {
  const tail = subject.replace(/^\$JS\.API\./, '');
  for (const [pattern, type] of kinds) {
    const match = pattern.exec(tail);
    if (match) return { type, stream: match.groups?.['stream'] ?? '', consumer: match.groups?.['consumer'] ?? '' };
  }
  return undefined;
}
