//! Access to the current list, whatever the type of its items.

/// Evaluates an expression with a reference to the list of the current tab: `with_list!(&state, list => ...)`, or with
/// `&mut state` to change the list.
macro_rules! with_list {
    (&mut $state:expr, $list:ident => $body:expr) => {
        with_list!([&mut] $state, $list => $body)
    };
    (&$state:expr, $list:ident => $body:expr) => {
        with_list!([&] $state, $list => $body)
    };
    ([$($borrow:tt)+] $state:expr, $list:ident => $body:expr) => {
        match $state.tab {
            $crate::app::Tab::Incoming => {
                let $list = $($borrow)+ $state.incoming;
                $body
            }
            $crate::app::Tab::Outgoing => {
                let $list = $($borrow)+ $state.outgoing;
                $body
            }
            $crate::app::Tab::Conversations => {
                let $list = $($borrow)+ $state.conversations;
                $body
            }
            $crate::app::Tab::History => {
                let $list = $($borrow)+ $state.history;
                $body
            }
        }
    };
}

pub(crate) use with_list;
