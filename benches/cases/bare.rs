//! The floor: what remains if everything that is about backups is taken away.

/// Galloping search for the survivors, over nothing but ticks, newest first; how many there are.
///
/// It knows no partial backup, no newest one, no reason, and keeps nothing.
pub fn gallop(ticks: &[i64], bounds: &[(i64, i64)]) -> usize {
    let mut survivors = 0;
    let mut start = 0;
    for &(bound, interval) in bounds {
        let mut step = 1;
        let mut from = start;
        while from + step <= ticks.len() && ticks[from + step - 1] >= bound {
            from += step;
            step *= 2;
        }
        let to = ticks.len().min(from + step - 1);
        let end = from + ticks[from..to].partition_point(|&tick| tick >= bound);
        let mut last = end;
        let mut far_enough = i64::MIN;
        loop {
            let mut step = 1;
            let mut to = last;
            while to >= start + step && ticks[to - step] < far_enough {
                to -= step;
                step *= 2;
            }
            let from = if to >= start + step { to - step + 1 } else { start };
            let near = from + ticks[from..to].partition_point(|&tick| tick >= far_enough);
            if near == start {
                break;
            }
            last = near - 1;
            survivors += 1;
            far_enough = ticks[last] + interval;
        }
        start = end;
    }
    survivors
}

/// A look at every tick, newest first: how many survive.
pub fn scan(ticks: &[i64], bounds: &[(i64, i64)]) -> usize {
    let mut survivors = 0;
    let mut start = 0;
    for &(bound, interval) in bounds {
        let in_frame = ticks[start..].iter().take_while(|&&tick| tick >= bound).count();
        let mut far_enough = i64::MIN;
        for &tick in ticks[start..start + in_frame].iter().rev() {
            if tick >= far_enough {
                survivors += 1;
                far_enough = tick + interval;
            }
        }
        start += in_frame;
    }
    survivors
}
