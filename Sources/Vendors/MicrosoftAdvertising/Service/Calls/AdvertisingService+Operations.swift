/// The names of the services' operations in version 13, as their WSDL documents list them. Newer operations may be
/// missing, so a name that isn't here is no mistake by itself.
extension AdvertisingService {
    /// In alphabetical order.
    package var operations: [String] {
        switch self {
        case .campaignManagement:
            """
            AddAdExtensions AddAdGroupCriterions AddAdGroups AddAds AddAssetGroups AddAudienceGroups AddAudiences \
            AddBidStrategies AddBrandKits AddBudgets AddCampaignConversionGoals AddCampaignCriterions AddCampaigns \
            AddConversionGoals AddConversionValueRules AddDataExclusions AddExperiments AddHTML5s AddImportJobs \
            AddKeywords AddLabels AddLinkedInSegments AddListItemsToSharedList AddMedia AddNegativeKeywordsToEntities \
            AddNewCustomerAcquisitionGoals AddSeasonalityAdjustments AddSharedEntity AddUetTags AddVideos \
            AppealEditorialRejections ApplyAssetGroupListingGroupActions ApplyCustomerListItems \
            ApplyCustomerListUserData ApplyHotelGroupActions ApplyOfflineConversionAdjustments ApplyOfflineConversions \
            ApplyOnlineConversionAdjustments ApplyProductPartitionActions CreateAssetGroupRecommendation \
            CreateBrandKitRecommendation CreateResponsiveAdRecommendation CreateResponsiveSearchAdRecommendation \
            DeleteAdExtensions DeleteAdExtensionsAssociations DeleteAdGroupCriterions DeleteAdGroups DeleteAds \
            DeleteAssetGroups DeleteAudienceGroupAssetGroupAssociations DeleteAudienceGroups DeleteAudiences \
            DeleteBidStrategies DeleteBrandKits DeleteBudgets DeleteCampaignConversionGoals DeleteCampaignCriterions \
            DeleteCampaigns DeleteDataExclusions DeleteExperiments DeleteHTML5s DeleteImportJobs DeleteKeywords \
            DeleteLabelAssociations DeleteLabels DeleteLinkedInSegments DeleteListItemsFromSharedList DeleteMedia \
            DeleteNegativeKeywordsFromEntities DeleteSeasonalityAdjustments DeleteSharedEntities \
            DeleteSharedEntityAssociations DeleteVideos GetAccountMigrationStatuses GetAccountProperties \
            GetAdExtensionIdsByAccountId GetAdExtensionsAssociations GetAdExtensionsByIds \
            GetAdExtensionsEditorialReasons GetAdGroupCriterionsByIds GetAdGroupsByCampaignId GetAdGroupsByIds \
            GetAdsByAdGroupId GetAdsByEditorialStatus GetAdsByIds GetAnnotationOptOut GetAssetGroupListingGroupsByIds \
            GetAssetGroupsByCampaignId GetAssetGroupsByIds GetAssetGroupsEditorialReasons \
            GetAudienceGroupAssetGroupAssociationsByAssetGroupIds \
            GetAudienceGroupAssetGroupAssociationsByAudienceGroupIds GetAudienceGroupsByIds GetAudiencesByIds \
            GetBMCStoresByCustomerId GetBSCCountries GetBidStrategiesByIds GetBrandKitsByAccountId GetBrandKitsByIds \
            GetBudgetsByIds GetCampaignCriterionsByIds GetCampaignIdsByBidStrategyIds GetCampaignIdsByBudgetIds \
            GetCampaignSizesByAccountId GetCampaignsByAccountId GetCampaignsByIds GetClipchampTemplates \
            GetCompanyListDetails GetConfigValue GetConversionGoalsByIds GetConversionGoalsByTagIds \
            GetConversionValueRulesByAccountId GetConversionValueRulesByIds GetDataExclusionsByAccountId \
            GetDataExclusionsByIds GetDiagnostics GetEditorialReasonsByIds GetExperimentsByIds GetFileImportUploadUrl \
            GetGeoLocationsFileUrl GetHTML5sByIds GetHealthCheck GetImportEntityIdsMapping GetImportJobsByIds \
            GetImportResults GetKeywordsByAdGroupId GetKeywordsByAssetGroupId GetKeywordsByEditorialStatus \
            GetKeywordsByIds GetLabelAssociationsByEntityIds GetLabelAssociationsByLabelIds GetLabelsByIds \
            GetLinkedInSegments GetListItemsBySharedList GetMediaAssociations GetMediaMetaDataByAccountId \
            GetMediaMetaDataByIds GetNegativeKeywordsByEntityIds GetNegativeSitesByAdGroupIds \
            GetNegativeSitesByCampaignIds GetNewCustomerAcquisitionGoalsByAccountId \
            GetOfflineConversionReportByGoalIds GetOfflineConversionReports GetProfileDataFileUrl \
            GetResponsiveAdRecommendationJob GetSeasonalityAdjustmentsByAccountId GetSeasonalityAdjustmentsByIds \
            GetSharedEntities GetSharedEntitiesByAccountId GetSharedEntityAssociationsByEntityIds \
            GetSharedEntityAssociationsBySharedEntityIds GetSupportedClipchampAudio GetSupportedFonts GetUetTagAuthKey \
            GetUetTagsByIds GetVideosByIds RefineAssetGroupRecommendation RefineResponsiveAdRecommendation \
            RefineResponsiveSearchAdRecommendation SearchCompanies SetAccountProperties SetAdExtensionsAssociations \
            SetAudienceGroupAssetGroupAssociations SetLabelAssociations SetNegativeSitesToAdGroups \
            SetNegativeSitesToCampaigns SetSharedEntityAssociations UpdateAdExtensions UpdateAdGroupCriterions \
            UpdateAdGroups UpdateAds UpdateAnnotationOptOut UpdateAssetGroups UpdateAudienceGroups UpdateAudiences \
            UpdateBidStrategies UpdateBrandKits UpdateBudgets UpdateCampaignCriterions UpdateCampaigns \
            UpdateConversionGoals UpdateConversionValueRules UpdateConversionValueRulesStatus UpdateDataExclusions \
            UpdateExperiments UpdateImportJobs UpdateKeywords UpdateLabels UpdateLinkedInSegments UpdateMedia \
            UpdateNewCustomerAcquisitionGoals UpdateSeasonalityAdjustments UpdateSharedEntities UpdateUetTags \
            UpdateVideos
            """.split(separator: " ").map(String.init)
        case .customerManagement:
            """
            AddAccount AddClientLinks AddPrepayAccount DeleteAccount DeleteCustomer DeleteUser DismissNotifications \
            FindAccounts FindAccountsOrCustomersInfo GetAccessibleCustomer GetAccount GetAccountPilotFeatures \
            GetAccountsInfo GetCurrentUser GetCustomer GetCustomerPilotFeatures GetCustomersInfo \
            GetLinkedAccountsAndCustomersInfo GetNotifications GetPilotFeaturesCountries GetUser GetUserMFAStatus \
            GetUsersInfo MapAccountIdToExternalAccountIds MapCustomerIdToExternalCustomerId SearchAccounts \
            SearchClientLinks SearchCustomers SearchUserInvitations SendUserInvitation SignupCustomer UpdateAccount \
            UpdateClientLinks UpdateCustomer UpdatePrepayAccount UpdateUser UpdateUserRoles UpgradeCustomerToAgency \
            ValidateAddress
            """.split(separator: " ").map(String.init)
        case .billing:
            """
            AddInsertionOrder CheckFeatureAdoptionCouponEligibility ClaimFeatureAdoptionCoupons DispatchCoupons \
            DistributeCoupons GetAccountMonthlySpend GetBillingDocuments GetBillingDocumentsInfo GetBillingGroups \
            GetCouponInfo GetUngroupedAccounts RedeemCoupon SearchCoupons SearchInsertionOrders \
            UpdateBillingGroupAccounts UpdateInsertionOrder
            """.split(separator: " ").map(String.init)
        case .reporting:
            """
            PollGenerateReport SubmitGenerateReport
            """.split(separator: " ").map(String.init)
        case .bulk:
            """
            DownloadCampaignsByAccountIds DownloadCampaignsByCampaignIds GetBulkDownloadStatus GetBulkUploadStatus \
            GetBulkUploadUrl UploadEntityRecords
            """.split(separator: " ").map(String.init)
        case .adInsight:
            """
            ApplyRecommendations DismissRecommendations GetAuctionInsightData GetAudienceBreakdown \
            GetAudienceFullEstimation GetAutoApplyOptInStatus GetBidLandscapeByAdGroupIds GetBidLandscapeByCampaignIds \
            GetBidLandscapeByKeywordIds GetBidOpportunities GetBudgetOpportunities GetDomainCategories \
            GetEstimatedBidByKeywordIds GetEstimatedBidByKeywords GetEstimatedPositionByKeywordIds \
            GetEstimatedPositionByKeywords GetHistoricalKeywordPerformance GetHistoricalSearchCount \
            GetKeywordCategories GetKeywordDemographics GetKeywordIdeaCategories GetKeywordIdeas GetKeywordLocations \
            GetKeywordOpportunities GetKeywordTrafficEstimates GetPerformanceInsightsDetailDataByAccountId \
            GetRecommendations GetTextAssetSuggestionsByFinalUrls PutMetricData RetrieveRecommendations \
            SetAutoApplyOptInStatus SuggestKeywordsForUrl SuggestKeywordsFromExistingKeywords TagRecommendations
            """.split(separator: " ").map(String.init)
        }
    }
}
