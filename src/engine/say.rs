//! The names of the desk's own sentences. Each must stand in `intents/`, in all languages, as `[say.name]`.

#[macro_use]
mod list;

says! {
    /// Calms somebody angry, before the matter itself.
    Soothe = "soothe",
    /// Calms somebody worried, before the matter itself.
    SootheWorried = "soothe_worried",
    /// Says who speaks (a program) and what it can do; the first thing in a conversation.
    Welcome = "welcome",
    /// A message without a matter: asks to say it another way.
    NotUnderstood = "not_understood",
    /// A question that was not understood while a form is being filled in; goes before the form's own question.
    QuestionNotFollowed = "question_not_followed",
    /// A message that is not our business.
    OffTopic = "off_topic",
    /// Nothing, only punctuation or only emoji came.
    Wordless = "wordless",
    /// Asks which of the offered matters is meant.
    Clarify = "clarify",
    /// The button for none of the offered matters.
    SomethingElse = "something_else",
    /// Asks whether there is anything else.
    AnythingElse = "anything_else",
    /// The matter at hand was dropped because the customer said so.
    Cancelled = "cancelled",
    /// Everything was dropped and begins afresh.
    Restarted = "restarted",
    /// There is nothing to say again.
    NothingToRepeat = "nothing_to_repeat",
    /// There is no matter to drop.
    NothingToCancel = "nothing_to_cancel",
    /// Comes back to a matter that was left; `{{ topic.label }}` names it.
    BackTo = "back_to",
    /// Asks for the order number.
    AskOrder = "ask_order",
    /// Asks again and says where an order number is found.
    AskOrderAgain = "ask_order_again",
    /// Asks for the proof again, after something that was none.
    AskProofAgain = "ask_proof_again",
    /// There is no hurry.
    TakeYourTime = "take_your_time",
    /// Asks whether the one matter that comes to mind is meant; `{{ topic.label }}` names it.
    ClarifyOne = "clarify_one",
    /// Goes before a state that has been explained already.
    StillSo = "still_so",
    /// The same would have to be said again: there is no more to say, and a person can take it up.
    NothingMore = "nothing_more",
    /// An order that hangs is being processed, and a sentence that says why follows.
    OrderProcessingKnown = "order_processing_known",
    /// When people work.
    Hours = "hours",
    /// Which languages the desk speaks, and that writing in one is enough.
    Languages = "languages",
    /// Calms somebody angry about the order that is talked about, and offers a person.
    SootheKnown = "soothe_known",
    /// Signed in, but there is no order in this account.
    NoOrders = "no_orders",
    /// Goes behind a sentence that hands over, when nobody is there.
    ClosedNow = "closed_now",
    /// Asks for the e-mail address or the last four digits of the phone.
    AskProof = "ask_proof",
    /// They do not fit, or there is no such order: the same words for both.
    ProofFailed = "proof_failed",
    /// Signed in, but no such order in this account: the same words whether it exists or not.
    OrderNotYours = "order_not_yours",
    /// Asks which of the customer's orders is meant.
    ChooseOrder = "choose_order",
    /// The order or its payment is under way: wait, until when.
    OrderProcessing = "order_processing",
    /// The last attempt to pay came to nothing.
    OrderUnpaid = "order_unpaid",
    /// The shop has done its part; nothing is stuck, the bank or the carrier takes its time.
    OrderProcessed = "order_processed",
    /// On its way.
    OrderShipped = "order_shipped",
    /// Delivered.
    OrderDelivered = "order_delivered",
    /// All done; nothing is stuck.
    OrderCompleted = "order_completed",
    /// Rejected: why, what to correct, pay again.
    OrderRejected = "order_rejected",
    /// Rejected, and how it stands was just said: why.
    OrderRejectedWhy = "order_rejected_why",
    /// Rejected, and a sentence that says why follows.
    OrderRejectedKnown = "order_rejected_known",
    /// Rejected, how it stands was just said, and a sentence that says why follows.
    OrderRejectedWhyKnown = "order_rejected_why_known",
    /// To be cancelled, but it was never accepted.
    CancelNotAccepted = "cancel_not_accepted",
    /// To be cancelled, but the money goes back already; goes before how the refund stands.
    CancelRefunding = "cancel_refunding",
    /// The money is on its way back: since when, by when.
    OrderRefunding = "order_refunding",
    /// The money is back.
    OrderRefunded = "order_refunded",
    /// Cancelled.
    OrderCancelled = "order_cancelled",
    /// Asked for, not decided.
    RefundRequested = "refund_requested",
    /// Approved, not yet sent.
    RefundApproved = "refund_approved",
    /// On its way.
    RefundPaying = "refund_paying",
    /// It should be there and is not: what to do.
    RefundLate = "refund_late",
    /// It should have been decided by now and is not: what to do.
    RefundDecisionLate = "refund_decision_late",
    /// Sent back in full; the bank's time.
    RefundPaid = "refund_paid",
    /// Refused: why, what to do.
    RefundRefused = "refund_refused",
    /// The payment failed: what to do.
    RefundFailed = "refund_failed",
    /// The payment failed, and a sentence that says why follows.
    RefundFailedKnown = "refund_failed_known",
    /// Called off earlier.
    RefundWithdrawn = "refund_withdrawn",
    /// No refund has been asked for on this order.
    RefundNone = "refund_none",
    /// Nothing was paid, so there is nothing to give back.
    RefundNotPaid = "refund_not_paid",
    /// The time for refunds has passed: since when, and that a person may look.
    RefundWindowEnded = "refund_window_ended",
    /// Applying needs signing in at the shop, or a person.
    RefundSignIn = "refund_sign_in",
    /// Asks why, with the causes as buttons.
    RefundCause = "refund_cause",
    /// Button: faulty or damaged.
    CauseDamaged = "cause_damaged",
    /// Button: wrong or missing item.
    CauseWrongItem = "cause_wrong_item",
    /// Button: did not arrive.
    CauseNotArrived = "cause_not_arrived",
    /// Button: changed my mind.
    CauseChangedMind = "cause_changed_mind",
    /// Button: paid twice or too much.
    CausePaidTwice = "cause_paid_twice",
    /// Button: something else.
    CauseOther = "cause_other",
    /// Says back the cause that was told unasked, and asks to confirm, add or correct it.
    RefundTold = "refund_told",
    /// How to sign in, and why, to somebody who was asked to.
    SignInHow = "sign_in_how",
    /// Asks for a sentence on what happened, and what proof helps.
    RefundDetails = "refund_details",
    /// The application is with a person; answered by when.
    RefundFiled = "refund_filed",
    /// The application is inside the policy: accepted at once; its number, and what comes next.
    RefundAccepted = "refund_accepted",
    /// The application waits for something to be shown; a person looks at it then.
    RefundNeedsEvidence = "refund_needs_evidence",
    /// Things of this kind are not taken back; a person may look.
    RefundFinalSale = "refund_final_sale",
    /// The application is called off.
    RefundCalledOff = "refund_called_off",
    /// The payment has begun, so that it can no longer be called off.
    RefundBeingPaid = "refund_being_paid",
    /// Told without being asked: somebody decided for the application.
    ToldApproved = "told_approved",
    /// Told without being asked: somebody decided against it, and why.
    ToldRejected = "told_rejected",
    /// Told without being asked: something has to be shown first, and what.
    ToldNeedsEvidence = "told_needs_evidence",
    /// Told without being asked: the payment has begun.
    ToldPaying = "told_paying",
    /// Told without being asked: the money is on its way or there.
    ToldPaid = "told_paid",
    /// Told without being asked: the payment did not go through; a person looks.
    ToldFailed = "told_failed",
    /// Told without being asked: the answer that was promised will be late, and when it comes.
    AnswerLate = "answer_late",
    /// Told without being asked: the money that was promised will be late; when a person says why.
    PaymentLate = "payment_late",
    /// The application that was being filled in is dropped; nothing was filed.
    RefundDropped = "refund_dropped",
    /// The wish to call the refund off is with a person.
    WithdrawFiled = "withdraw_filed",
    /// No refund is open, so there is nothing to call off.
    WithdrawNothing = "withdraw_nothing",
    /// The wish to cancel is with a person; by when.
    CancelFiled = "cancel_filed",
    /// Already on its way or delivered: cannot be cancelled, can be returned.
    CancelTooLate = "cancel_too_late",
    /// Asks what is to be changed, and into what.
    ChangeWhat = "change_what",
    /// The change is with a person; by when.
    ChangeFiled = "change_filed",
    /// Already on its way: a person tries to reach the carrier.
    ChangeTooLate = "change_too_late",
    /// Asks what is wrong with the delivery.
    DeliveryDetails = "delivery_details",
    /// The trouble is with a person; by when.
    DeliveryFiled = "delivery_filed",
    /// It has not left yet, so it cannot be lost.
    DeliveryNotShipped = "delivery_not_shipped",
    /// A person takes over, in working hours.
    HandedOver = "handed_over",
    /// A person takes over when they are back; when that is.
    HandedOverClosed = "handed_over_closed",
    /// A person takes over, to somebody angry.
    HandedOverAngry = "handed_over_angry",
    /// A person takes over because the program does not understand.
    HandedOverStuck = "handed_over_stuck",
    /// Goes behind a sentence that hands over: what else was asked for goes with it; `{{ topic.label }}` names it.
    PassedOnToo = "passed_on_too",
    /// A person has given the conversation back to the program.
    GivenBack = "given_back",
    /// A first reply that an agent may send.
    SuggestedReply = "suggested_reply",
    /// How a date is written, as strftime fields.
    Date = "date",
    /// How a date and time are written, as strftime fields.
    DateAndTime = "date_and_time",
    @ "A person takes over: after a legal threat, or because somebody may harm themselves." {
        HandedOverLegal = "handed_over_legal", HandedOverCrisis = "handed_over_crisis",
    }
    @ "A kind of refund." {
        RefundTypeFull = "refund_type_full", RefundTypePartial = "refund_type_partial", RefundTypeExchange = "refund_type_exchange",
        RefundTypeCredit = "refund_type_credit",
    }
    @ "What an agent may say: why a claim is rejected, and before the link to a file." {
        RejectWindowEnded = "reject_window_ended", RejectFinalSale = "reject_final_sale", RejectNotPaid = "reject_not_paid",
        RejectEvidenceMissing = "reject_evidence_missing", RejectAlreadyRefunded = "reject_already_refunded",
        RejectNotCovered = "reject_not_covered", FileShown = "file_shown",
    }
    @ "To a merchant: sign in first, no such order, how one of theirs stands, which claims are open." {
        MerchantSignIn = "merchant_sign_in", MerchantNoOrder = "merchant_no_order", MerchantOrder = "merchant_order",
        MerchantClaimsNone = "merchant_claims_none", MerchantClaims = "merchant_claims", MerchantClaimsMany = "merchant_claims_many",
        MerchantClaimLine = "merchant_claim_line", MerchantSignInAgain = "merchant_sign_in_again", MerchantWelcome = "merchant_welcome", MerchantNotUnderstood = "merchant_not_understood",
    }
    @ "What would follow, what is too late, and whose order it is." {
        CancelIf = "cancel_if", CancelIfAny = "cancel_if_any", ParcelRefused = "parcel_refused", ChangeDelivered = "change_delivered", AskProofOfOther = "ask_proof_of_other",
        OtherMustAsk = "other_must_ask", PhotoOfWhat = "photo_of_what", NoteKept = "note_kept", NoteFiled = "note_filed", CarrierAsked = "carrier_asked", NotTwice = "not_twice", OtherShop = "other_shop",
    }
    @ "For agents: how an order stands that may hang." {
        BriefCauseRejected = "brief_cause_rejected", BriefCauseBank = "brief_cause_bank", BriefCauseLate = "brief_cause_late",
        BriefCauseUnpaid = "brief_cause_unpaid", BriefCausePart = "brief_cause_part",
    }
    @ "For agents: what a customer was promised." {
        PromisedReply = "promised_reply", PromisedCancel = "promised_cancel", PromisedChange = "promised_change",
        PromisedInvoice = "promised_invoice", PromisedReport = "promised_report", PromisedRefund = "promised_refund",
        PromisedWithdraw = "promised_withdraw", PromisedSums = "promised_sums", PromisedRepair = "promised_repair",
        PromisedLink = "promised_link", PromisedPayment = "promised_payment",
    }
    @ "For agents, why a person has it." {
        ReasonAskedForHuman = "reason_asked_for_human", ReasonNotUnderstood = "reason_not_understood", ReasonAmbiguous = "reason_ambiguous",
        ReasonNotCovered = "reason_not_covered", ReasonMissingInfo = "reason_missing_info",
        ReasonPolicyException = "reason_policy_exception", ReasonAmountOverLimit = "reason_amount_over_limit",
        ReasonAbuseSuspected = "reason_abuse_suspected", ReasonIdentityNotVerified = "reason_identity_not_verified",
        ReasonAngry = "reason_angry", ReasonOrderNotFound = "reason_order_not_found", ReasonSystemFault = "reason_system_fault",
        ReasonRepeatContact = "reason_repeat_contact", ReasonLegalOrThreat = "reason_legal_or_threat",
    }
    @ "For agents, the label of a line of the brief." {
        BriefLabelWho = "brief_who", BriefLabelWants = "brief_wants", BriefLabelWords = "brief_words", BriefLabelOrder = "brief_order",
        BriefLabelIncident = "brief_incident", BriefLabelDue = "brief_due", BriefLabelSaid = "brief_said",
        BriefLabelPromised = "brief_promised", BriefLabelTried = "brief_tried", BriefLabelMissing = "brief_missing",
        BriefLabelMood = "brief_mood", BriefLabelReply = "brief_reply",
    }
    @ "For agents: what was asked for and not given." {
        BriefMissingOrder = "brief_missing_order", BriefMissingProof = "brief_missing_proof", BriefMissingStory = "brief_missing_story",
        BriefMissingSignIn = "brief_missing_sign_in", BriefMissingItem = "brief_missing_item",
        BriefMissingName = "brief_missing_name", BriefMissingSettlement = "brief_missing_settlement",
    }
    @ "For agents: the known trouble that bears on the matter." {
        BriefIncidentSince = "brief_incident_since",
    }
    @ "The word for an order in this state." {
        StateProcessing = "state_processing", StateProcessed = "state_processed", StateShipped = "state_shipped",
        StateDelivered = "state_delivered", StateCompleted = "state_completed", StateRejected = "state_rejected",
        StateRefunding = "state_refunding", StateRefunded = "state_refunded", StateCancelled = "state_cancelled",
    }
    @ "The word for a refund in this state." {
        RefundStateRequested = "refund_state_requested", RefundStateApproved = "refund_state_approved",
        RefundStatePaying = "refund_state_paying", RefundStatePaid = "refund_state_paid", RefundStateRejected = "refund_state_rejected",
        RefundStateFailed = "refund_state_failed", RefundStateWithdrawn = "refund_state_withdrawn",
    }
    @ "What transcripts call somebody." {
        LabelCustomer = "label_customer", LabelBot = "label_bot", LabelAgent = "label_agent", LabelSystem = "label_system",
        LabelNote = "label_note",
    }
    @ "What transcripts say of themselves, and of who speaks and how it stands." {
        LabelTitle = "label_title", LabelQueued = "label_queued", LabelJoined = "label_joined", LabelGivenBack = "label_given_back",
        LabelResolved = "label_resolved", LabelReopened = "label_reopened",
    }
    @ "What the payment side's code about a refund means for the customer." {
        CodeOnItsWay = "code_on_its_way", CodeSucceeded = "code_succeeded",
        CodeCardVoidNeedsOtherAccount = "code_card_void_needs_other_account", CodeBalanceShort = "code_balance_short",
        CodeLimitExceeded = "code_limit_exceeded", CodeMethodRestricted = "code_method_restricted", CodeWrongDetails = "code_wrong_details",
        CodeDuplicate = "code_duplicate", CodeNotFound = "code_not_found", CodeTryAgainLater = "code_try_again_later",
        CodeProviderFault = "code_provider_fault", CodeClosed = "code_closed", CodeUnknown = "code_unknown",
    }
    @ "The cause that the facts show, who must act, and what comes next." {
        CauseWaitForRepair = "cause_wait_for_repair", CauseMerchantDecides = "cause_merchant_decides",
        CauseMerchantSends = "cause_merchant_sends", CauseMerchantTopsUp = "cause_merchant_tops_up",
        CauseMerchantCorrects = "cause_merchant_corrects", CauseMerchantHandles = "cause_merchant_handles",
        CauseCorrectAndPayAgain = "cause_correct_and_pay_again", CauseCompleteDetails = "cause_complete_details",
        CauseUseOtherMethod = "cause_use_other_method", CauseGiveOtherAccount = "cause_give_other_account",
        CausePayBackOtherWay = "cause_pay_back_other_way", CauseAskForException = "cause_ask_for_exception",
        CauseShowEvidence = "cause_show_evidence", CauseTryAgain = "cause_try_again", CauseWaitForRetry = "cause_wait_for_retry",
        CauseWait = "cause_wait",
    }
    @ "For agents: what an unusual history of claims is made of; and what a customer is asked to show because of it." {
        HistoryScore = "history_score", HistoryMonth = "history_month", HistoryQuarter = "history_quarter", HistoryShare = "history_share",
        HistoryEvidence = "history_evidence", HistoryPayment = "history_payment", HistoryAddress = "history_address",
        HistoryMerchants = "history_merchants", ClaimShowAnything = "claim_show_anything",
    }
    @ "What is wrong with a field of a form, and what to do; what stands around a letter and a link to a page." {
        FormOrderNotShown = "form_order_not_shown", FormNothingLeft = "form_nothing_left", FormCauseUnknown = "form_cause_unknown",
        FormItemUnknown = "form_item_unknown", FormItemClaimed = "form_item_claimed", FormAmountUnreadable = "form_amount_unreadable",
        FormAmountNothing = "form_amount_nothing", FormAmountTooMuch = "form_amount_too_much", FormAmountAboveItems = "form_amount_above_items", FormAmountNeeded = "form_amount_needed",
        FormCurrencyOther = "form_currency_other", FormNoteTooLong = "form_note_too_long", FormNoteMissing = "form_note_missing",
        FormEvidenceUnknown = "form_evidence_unknown", FormEvidenceTooMany = "form_evidence_too_many",
        FormEmailUnreadable = "form_email_unreadable", LetterSubject = "letter_subject", LetterFoot = "letter_foot",
        LetterNotice = "letter_notice",
        CommandTaken = "command_taken", WhoSpeaks = "who_speaks", PageOrder = "page_order", PageForm = "page_form", PageRest = "page_rest", PageEnded = "page_ended",
    }
    @ "The refund guide: its title and headings, what is said in each piece, and what its languages are called." {
        GuideTitle = "guide_title", GuideOtherwise = "guide_otherwise", GuideLanguage = "guide_language", GuideWindow = "guide_window",
        GuideWindowDelivered = "guide_window_delivered", GuideWindowShipped = "guide_window_shipped", GuideWindowPaid = "guide_window_paid",
        GuideWindowOrdered = "guide_window_ordered", GuideExcluded = "guide_excluded", GuideExcludedLine = "guide_excluded_line",
        GuideOffers = "guide_offers", GuideOffersLine = "guide_offers_line", GuideApply = "guide_apply",
        GuideApplyAtOnce = "guide_apply_at_once", GuideApplyPerson = "guide_apply_person", GuideEvidence = "guide_evidence",
        GuideEvidenceLine = "guide_evidence_line", GuideShipping = "guide_shipping", GuideShippingLine = "guide_shipping_line",
        GuideTime = "guide_time", GuideTimeLine = "guide_time_line", GuideNote = "guide_note",
    }
    @ "A detail of an order that is corrected: what it is called, the question for it, what is said back, and that the shop was told." {
        DetailEmail = "detail_email", DetailPhone = "detail_phone", DetailAddress = "detail_address", DetailRecipient = "detail_recipient",
        CorrectWhat = "correct_what", CorrectWhatByPerson = "correct_what_by_person", CorrectInvalid = "correct_invalid", CorrectConfirm = "correct_confirm", CorrectDone = "correct_done",
        CorrectDropped = "correct_dropped", CorrectNotYet = "correct_not_yet", CorrectOnlyAPart = "correct_only_a_part",
        CorrectInPart = "correct_in_part", CorrectConfirmAll = "correct_confirm_all", CorrectItem = "correct_item",
        CorrectItemDone = "correct_item_done", CorrectDoneAll = "correct_done_all", CorrectWhich = "correct_which",
    }
    @ "A link to pay by: the shop was asked, is still asked, has given it, has none." {
        LinkAsked = "link_asked", LinkStill = "link_still", LinkGiven = "link_given", LinkRefused = "link_refused",
        LinkAgain = "link_again", LinkFresh = "link_fresh", PayAgainOrder = "pay_again_order", PayOtherWay = "pay_other_way", BillingAddress = "billing_address",
    }
    @ "How much of an order is wanted back: all of it as a button, what is said back, and the questions for it." {
        PortionWhole = "portion_whole", PortionNoted = "portion_noted", PortionOnly = "portion_only", PortionAll = "portion_all", PortionConfirm = "portion_confirm", PortionWhich = "portion_which",
        PortionHowMuch = "portion_how_much", PortionAmount = "portion_amount", PortionPostage = "portion_postage",
        PortionMore = "portion_more", PortionUnknown = "portion_unknown", PortionShare = "portion_share", PortionWhy = "portion_why",
        PortionClaimed = "portion_claimed",
    }
    @ "Questions after how an order stands: what was paid and bought, was it charged, on whose side it hangs, when, what to do." {
        OrderBill = "order_bill", OrderBillSignIn = "order_bill_sign_in", ChargedYes = "charged_yes", ChargedNo = "charged_no", ChargedOnce = "charged_once", ChargedTwiceIf = "charged_twice_if",
        SidePlatform = "side_platform", SideMerchant = "side_merchant", SideDetails = "side_details", SideContact = "side_contact",
        SideMethod = "side_method", SidePolicy = "side_policy", SideNetwork = "side_network", SideNone = "side_none",
        WhyNothing = "why_nothing", IfLate = "if_late", RefundGoesTo = "refund_goes_to", SideUnknown = "side_unknown",
        WhenRefund = "when_refund", WhenDecided = "when_decided", WhenOrder = "when_order", RefundRefusedWhy = "refund_refused_why",
        OrderTracking = "order_tracking", OrderDays = "order_days", CancelledWhy = "cancelled_why", PaidOnRecord = "paid_on_record",
        PayAgainPaid = "pay_again_paid", RefundGoesToMethod = "refund_goes_to_method", RefundPart = "refund_part", RefundPartSums = "refund_part_sums",
        OrderSigned = "order_signed", RefundNotYet = "refund_not_yet",
        SumsLess = "sums_less", SumsAll = "sums_all", SumsChecked = "sums_checked", NothingToDo = "nothing_to_do", RefundReference = "refund_reference", ToldOfClaim = "told_of_claim", ToldOfTrouble = "told_of_trouble", ToldIfLate = "told_if_late", ToldNotByItself = "told_not_by_itself",
        SorryForWait = "sorry_for_wait", DayMatters = "day_matters", PersonLooks = "person_looks",
        RefusedToDo = "refused_to_do", PolicyAnyMethod = "policy_any_method", PolicyNotNamed = "policy_not_named",
    }
    @ "What changes nothing of the answer (a reason or a detail, or news that all is well), and which of several orders is at hand." {
        Noted = "noted", GladToHear = "glad_to_hear", SettledDropped = "settled_dropped", OneByOne = "one_by_one", NextOrder = "next_order", ChooseLatestOrder = "choose_latest_order",
        CauseNoted = "cause_noted", ComesTo = "comes_to", ComesToUnpriced = "comes_to_unpriced", RefundGoesOn = "refund_goes_on",
    }
    @ "One that is offered; questions in the middle of an application, and what is said to more words on one that was handed in." {
        AsideTotal = "aside_total", AsideNext = "aside_next", AsideWhyPhoto = "aside_why_photo", AsidePhoto = "aside_photo",
        AsideSendHere = "aside_send_here", AsideSendBack = "aside_send_back", AsideBox = "aside_box", AsideReason = "aside_reason", AsideCause = "aside_cause",
        AskedLongAgo = "asked_long_ago", FormNotYet = "form_not_yet", CancelNotAsked = "cancel_not_asked", ClaimMore = "claim_more", ClaimCovers = "claim_covers", YoureWelcome = "youre_welcome", IAmHere = "i_am_here", AsideStory = "aside_story", NotHandedIn = "not_handed_in", FormShort = "form_short", ExchangeFiled = "exchange_filed", ExchangeNotOffered = "exchange_not_offered", ExchangeNotMade = "exchange_not_made", RepairAsked = "repair_asked", RepairPassedOn = "repair_passed_on", WhyNeeded = "why_needed", NumberGiven = "number_given", LeftOver = "left_over", GoodsUnknown = "goods_unknown", MethodsAtCheckout = "methods_at_checkout", ClaimOffered = "claim_offered", AsideFee = "aside_fee", AsideRefused = "aside_refused", AsideAway = "aside_away", CarrierKnows = "carrier_knows", NoReplacement = "no_replacement", EitherRefund = "either_refund", EitherBoth = "either_both", EitherOpen = "either_open",
    }
    @ "Who pays for sending something back." {
        ReturnFaultyShop = "return_faulty_shop", ReturnFaultyCustomer = "return_faulty_customer",
        ReturnChangedMindShop = "return_changed_mind_shop", ReturnChangedMindCustomer = "return_changed_mind_customer",
    }
    @ "A first reply that an agent may send, by the matter." {
        SuggestedInvoice = "suggested_invoice", SuggestedDelivery = "suggested_delivery_problem",
        SuggestedCancel = "suggested_order_cancel", SuggestedChange = "suggested_order_change",
        SuggestedRefund = "suggested_refund_request", SuggestedRefundStatus = "suggested_refund_status",
        SuggestedCharge = "suggested_double_charge", SuggestedPayout = "suggested_payout_missing",
        SuggestedAccount = "suggested_account_security", SuggestedDamaged = "suggested_delivery_problem_damaged", SuggestedWrongItem = "suggested_delivery_problem_wrong_item", SuggestedLessBack = "suggested_refund_status_less_back",
    }
    @ "An invoice: what it is made out from, and that a person makes it out." {
        InvoiceDetails = "invoice_details", InvoiceName = "invoice_name", InvoiceNoted = "invoice_noted", InvoiceFiled = "invoice_filed",
    }
    @ "What shops commonly write, in the reader's language; and the shop's own words, named as such." {
        ShopGiftCards = "shop_gift_cards", ShopSaleItems = "shop_sale_items", ShopUnderwear = "shop_underwear", ShopFood = "shop_food",
        ShopDigital = "shop_digital", ShopCustomMade = "shop_custom_made", ShopCosmetics = "shop_cosmetics", ShopOpened = "shop_opened",
        ShopPaysFaulty = "shop_pays_faulty", ShopPays = "shop_pays", ShopCustomerPays = "shop_customer_pays",
        ShopWorkingDays = "shop_working_days", ShopDays = "shop_days", ShopWeeks = "shop_weeks", ShopOwnWords = "shop_own_words",
    }
    @ "A trouble that is known: while it lasts, and when it is over." {
        NoticeOpen = "notice_open", NoticeEnded = "notice_ended",
    }
    @ "How long a refund usually takes." {
        UsualMinutes = "usual_minutes", UsualDays1To3 = "usual_days_1_to_3", UsualDays5To10 = "usual_days_5_to_10",
    }
    @ "For agents: the cause that the facts show, and who must act." {
        BriefFoundPlatformFault = "brief_found_platform_fault", BriefFoundMerchantError = "brief_found_merchant_error",
        BriefFoundWrongDetails = "brief_found_wrong_details", BriefFoundMethodRestricted = "brief_found_method_restricted",
        BriefFoundPolicy = "brief_found_policy", BriefFoundNetwork = "brief_found_network", BriefActsCustomer = "brief_acts_customer",
        BriefActsMerchant = "brief_acts_merchant", BriefActsPlatform = "brief_acts_platform", BriefActsBank = "brief_acts_bank", BriefActsNobody = "brief_acts_nobody",
    }
}
