//! Duplicati's list handling, step by step, its array lists included. Only to be measured: the
//! reference is `src/retention/reference/policy.rs`.

use duplicati_retention::history::Backup;

/// The versions that a policy deletes: `bounds` and intervals in ticks, shortest frame first.
pub fn deletes<'a>(backups: &'a [Backup], bounds: &[(i64, i64)]) -> Vec<&'a Backup> {
    // A list of references, as everything is in .NET.
    let mut list: Vec<&Backup> = backups.iter().collect();
    list.sort_by_key(|backup| std::cmp::Reverse(backup.time));
    let mut deletes = Vec::new();
    if list.is_empty() {
        return deletes;
    }
    // The newest is set aside.
    list.remove(0);
    for &(bound, interval) in bounds {
        let mut in_frame: Vec<&Backup> = Vec::new();
        while !list.is_empty() && list[0].time.ticks() >= bound {
            // Oldest first, so each goes to the head of the one list and comes from the head of the
            // other.
            in_frame.insert(0, list[0]);
            list.remove(0);
        }
        let mut last_kept: Option<&Backup> = None;
        for &backup in &in_frame {
            let keeps = match last_kept {
                None => true,
                Some(last) => interval == 0 || backup.time.since(last.time).ticks() >= interval,
            };
            if keeps {
                if !backup.partial {
                    last_kept = Some(backup);
                }
            } else if !backup.partial {
                deletes.push(backup);
            }
        }
    }
    deletes.extend(list);
    deletes
}
