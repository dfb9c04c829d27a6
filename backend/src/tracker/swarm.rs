//! One swarm: who is in it, and whom an offer goes to.

use std::collections::HashMap;

use shared::id::{InfoHash, PeerId};
use shared::time::Instant;
use shared::tracker::Counts;

use super::chance::Chance;
use super::meeting::{Rule, Standing, may_meet};
use super::swarms::SocketId;
use super::tcp::TcpPeers;

/// A peer in a swarm. One socket may be several: p2p-media-loader 2 has a name of its own in every swarm.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) socket: SocketId,
    pub(super) peer_id: PeerId,
    /// Its last announce.
    pub(super) heard: Instant,
    /// Offers it was given since its last announce.
    pub(super) offered: u16,
    pub(super) is_complete: bool,
    /// What it is to the instance.
    pub(super) standing: Standing,
}

#[derive(Debug)]
pub(super) struct Swarm {
    pub(super) info_hash: InfoHash,
    pub(super) rule: Rule,
    pub(super) tcp: TcpPeers,
    members: Vec<Member>,
    /// The youngest member of each name. Somebody who came back on a new socket is the one that answers are for.
    names: HashMap<PeerId, u32>,
    complete: u32,
}

/// A member that changed places when another left.
pub(super) struct Moved {
    pub(super) socket: SocketId,
    pub(super) from: u32,
    pub(super) to: u32,
}

impl Swarm {
    pub(super) fn new(info_hash: InfoHash, rule: Rule) -> Swarm {
        Swarm {
            info_hash,
            rule,
            tcp: TcpPeers::default(),
            members: Vec::new(),
            names: HashMap::new(),
            complete: 0,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.members.is_empty() && self.tcp.is_empty()
    }

    pub(super) fn members(&self) -> &[Member] {
        &self.members
    }

    pub(super) fn member(&self, place: u32) -> Option<&Member> {
        self.members.get(place as usize)
    }

    pub(super) fn member_mut(&mut self, place: u32) -> Option<&mut Member> {
        self.members.get_mut(place as usize)
    }

    /// The youngest member of a name.
    pub(super) fn named(&self, peer_id: &PeerId) -> Option<&Member> {
        self.member(*self.names.get(peer_id)?)
    }

    pub(super) fn counts(&self) -> Counts {
        let members = u32::try_from(self.members.len()).unwrap_or(u32::MAX);
        let tcp = self.tcp.counts();
        Counts {
            complete: self.complete + tcp.complete,
            incomplete: members - self.complete + tcp.incomplete,
        }
    }

    /// Takes a member in and says where it sits.
    pub(super) fn add(&mut self, member: Member) -> u32 {
        // Sockets times the swarms of each stay far below 2³².
        let place = u32::try_from(self.members.len()).unwrap_or(u32::MAX);
        self.complete += u32::from(member.is_complete);
        self.names.insert(member.peer_id, place);
        self.members.push(member);
        place
    }

    /// Notes that a member lacks nothing any more.
    pub(super) fn complete(&mut self, place: u32) {
        if let Some(member) = self.members.get_mut(place as usize)
            && !member.is_complete
        {
            member.is_complete = true;
            self.complete += 1;
        }
    }

    /// Lets a member go. The last one may take its place.
    pub(super) fn remove(&mut self, place: u32) -> Option<Moved> {
        if self.members.len() <= place as usize {
            return None;
        }
        let gone = self.members.swap_remove(place as usize);
        self.complete -= u32::from(gone.is_complete);
        if self.names.get(&gone.peer_id) == Some(&place) {
            self.names.remove(&gone.peer_id);
        }
        if self.names.capacity() / 4 > self.names.len() && 64 < self.names.capacity() {
            self.names.shrink_to(self.names.len() * 2);
        }
        let from = u32::try_from(self.members.len()).unwrap_or(u32::MAX);
        let moved = self.members.get(place as usize)?;
        if let Some(known) = self.names.get_mut(&moved.peer_id)
            && *known == from
        {
            *known = place;
        }
        Some(Moved { socket: moved.socket, from, to: place })
    }

    /// Whether two members may meet. Nobody meets itself, under whatever name.
    pub(super) fn joins(&self, one: &Member, other: &Member) -> bool {
        one.socket != other.socket
            && may_meet(self.rule.meeting, self.members.len(), one.standing, other.standing)
    }

    /// Chooses whom the offers of the member at `place` go to, `wanted` at most: out of twice as many, picked at
    /// random, those that were given the fewest lately; never the same socket twice.
    pub(super) fn choose(&self, chance: &mut Chance, place: u32, wanted: usize, out: &mut Vec<usize>) {
        out.clear();
        let Some(offerer) = self.member(place) else { return };
        if may_meet(self.rule.meeting, self.members.len(), offerer.standing, Standing::Viewer) {
            let others = self.members.len() - 1;
            chance.pick(wanted * 2, others, out);
            // All but the offerer: those behind it move up by one.
            out.iter_mut().for_each(|at| *at += usize::from(place as usize <= *at));
        } else {
            let admitted = self.members.iter().enumerate().filter(|(_, other)| self.joins(offerer, other));
            let admitted: Vec<usize> = admitted.map(|(at, _)| at).collect();
            chance.pick(wanted * 2, admitted.len(), out);
            out.iter_mut().for_each(|at| *at = admitted.get(*at).copied().unwrap_or(usize::MAX));
        }
        let member = |at: &usize| self.members.get(*at);
        out.sort_by_key(|at| member(at).map_or(u16::MAX, |member| member.offered));
        let mut sockets = [SocketId(u32::MAX); shared::limits::TRACKER_OFFERS_MAX];
        let mut chosen = 0;
        out.retain(|at| {
            let Some(other) = member(at).filter(|other| self.joins(offerer, other)) else { return false };
            let is_new = !sockets.iter().take(chosen).any(|socket| *socket == other.socket);
            match sockets.get_mut(chosen) {
                Some(slot) if is_new && chosen < wanted => {
                    *slot = other.socket;
                    chosen += 1;
                    true
                }
                _ => false,
            }
        });
    }
}
